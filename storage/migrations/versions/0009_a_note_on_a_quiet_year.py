"""Whether a reader wants a note when nothing came for a year."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subscription") as table:
        table.add_column(
            sa.Column("quiet_note", sa.Boolean(), nullable=False, server_default=sa.false())
        )
