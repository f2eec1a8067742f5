"""Articles that share much with an earlier one and are no copies."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "related",
        sa.Column("article_id", sa.Integer(), sa.ForeignKey("article.id"), nullable=False),
        sa.Column("other_id", sa.Integer(), sa.ForeignKey("article.id"), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("own_share", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "other_id"),
    )
    op.create_index("ix_related_other", "related", ["other_id"])
