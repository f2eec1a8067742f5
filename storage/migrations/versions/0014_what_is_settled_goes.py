"""Settled candidates are found by their age; sitemap indexes may lead to indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_candidate_first_seen_at", "candidate", ["first_seen_at"])
    with op.batch_alter_table("backfill_place") as table:
        table.alter_column(
            "shard", new_column_name="depth", existing_type=sa.Boolean(), existing_nullable=False,
            type_=sa.Integer(), postgresql_using="shard::int",
        )  # fmt: skip
