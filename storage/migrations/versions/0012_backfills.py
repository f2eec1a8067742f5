"""Backfills, what they have still to ask, and which candidates and articles they brought."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN, TODO = sa.text("status = 'open'"), sa.text("status = 'todo'")
OURS = sa.text("backfill_id IS NOT NULL")
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "backfill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=True),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("fruitless", sa.Integer(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_backfill_open", "backfill", ["next_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "backfill_place",
        sa.Column("backfill_id", sa.Integer(), sa.ForeignKey("backfill.id"), nullable=False),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("shard", sa.Boolean(), nullable=False),
        sa.Column("pages", AutoString(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("backfill_id", "url"),
    )
    op.create_index(
        "ix_backfill_place_todo", "backfill_place", ["backfill_id", "next_at"],
        sqlite_where=TODO, postgresql_where=TODO,
    )  # fmt: skip
    # No foreign keys: these tables may be large, and SQLite would copy them.
    for table in ("candidate", "article"):
        op.add_column(table, sa.Column("backfill_id", sa.Integer(), nullable=True))
        op.create_index(
            f"ix_{table}_backfill", table, ["backfill_id", "status"],
            sqlite_where=OURS, postgresql_where=OURS,
        )  # fmt: skip
    op.create_index(
        "ix_candidate_waiting", "candidate", ["backfill_id", "next_attempt_at"],
        sqlite_where=WAITING, postgresql_where=WAITING,
    )  # fmt: skip
