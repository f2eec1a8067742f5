"""Lists are read in the order of an index; indexes leave out rows that have nothing there."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TOLD_AT = sa.text("coalesce(published_at, first_seen_at)")
SPARSE = (
    ("candidate", "article_key"),
    ("article", "article_key"),
    ("article", "next_look_at"),
    ("article", "duplicate_of"),
)


def upgrade() -> None:
    op.drop_index("ix_article_source", "article")
    op.create_index("ix_article_source", "article", ["source", TOLD_AT, "id"])
    op.create_index("ix_article_latest", "article", ["status", TOLD_AT, "id"])
    op.create_index("ix_delivery_created_at", "delivery", ["created_at"])
    for table, column in SPARSE:
        name = f"ix_{table}_{column}"
        op.drop_index(name, table, if_exists=True)
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=there, postgresql_where=there)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE article")  # it knows nothing yet of how the reckoned time is spread
