"""Hosts, days, snapshots, push; revisions with their changes; how a source fares."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _new_tables()
    with op.batch_alter_table("source") as table:
        table.add_column(sa.Column("trouble", sa.Float(), nullable=False, server_default="0"))
        table.add_column(sa.Column("state", AutoString(), nullable=False, server_default="ok"))
        table.add_column(sa.Column("state_since", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("state_reason", AutoString(), nullable=True))
        table.add_column(sa.Column("rhythm", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("endpoint") as table:
        table.add_column(sa.Column("hub", AutoString(), nullable=True))
        table.add_column(sa.Column("topic", AutoString(), nullable=True))
    with op.batch_alter_table("candidate") as table:
        table.add_column(sa.Column("article_key", AutoString(), nullable=True))
        table.create_index("ix_candidate_article_key", ["article_key"])
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("changes", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(
            sa.Column("substantial", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    _article()


def _article() -> None:
    with op.batch_alter_table("article") as table:
        table.add_column(sa.Column("article_key", AutoString(), nullable=True))
        table.add_column(sa.Column("section", AutoString(), nullable=True))
        table.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("captions", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(
            sa.Column("medium", AutoString(), nullable=False, server_default="article")
        )
        table.add_column(sa.Column("access", AutoString(), nullable=False, server_default="open"))
        table.add_column(sa.Column("next_look_at", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("looks", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("etag", AutoString(), nullable=True))
        table.add_column(sa.Column("last_modified", AutoString(), nullable=True))
        table.add_column(sa.Column("gone_at", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("gone_reason", AutoString(), nullable=True))
        table.create_index("ix_article_article_key", ["article_key"])
        table.create_index("ix_article_next_look_at", ["next_look_at"])


def _new_tables() -> None:
    op.create_table(
        "source_day",
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day"),
    )
    op.create_table(
        "host",
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("lease_by", AutoString(), nullable=True),
        sa.Column("free_at", UTCDateTime(), nullable=True),
        sa.Column("wait_reason", AutoString(), nullable=True),
        sa.Column("robots", sa.Text(), nullable=True),
        sa.Column("robots_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "push",
        sa.Column("endpoint", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("hub", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("token", AutoString(), nullable=False),
        sa.Column("secret", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("heard_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("endpoint"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "snapshot",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("content_type", AutoString(), nullable=False),
        sa.Column("fetched_at", UTCDateTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("article_id"),
    )
