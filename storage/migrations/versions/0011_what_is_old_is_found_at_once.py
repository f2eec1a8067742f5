"""Indexes by which housekeeping finds texts and pages that are too old to be kept."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OFF_TOPIC_WITH_TEXT = sa.text("status || '' = 'off_topic' AND text <> ''")


def upgrade() -> None:
    op.create_index(
        "ix_article_ageing",
        "article",
        ["first_seen_at"],
        sqlite_where=OFF_TOPIC_WITH_TEXT,
        postgresql_where=OFF_TOPIC_WITH_TEXT,
    )
    op.create_index("ix_snapshot_fetched_at", "snapshot", ["fetched_at"])
