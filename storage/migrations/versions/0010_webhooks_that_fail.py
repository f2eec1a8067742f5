"""Since when a webhook fails, whom to tell, and up to when its old secret signs."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SUBSCRIPTION = sa.table("subscription", sa.column("old_secret_until", UTCDateTime()))


def upgrade() -> None:
    with op.batch_alter_table("subscription") as table:
        table.add_column(sa.Column("old_secret_until", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("owner", AutoString(), nullable=True))
        table.add_column(sa.Column("failing_since", UTCDateTime(), nullable=True))
    # Old secrets used to sign until the next rotation: their receivers get a last day.
    last_day = datetime.now(UTC) + timedelta(days=1)
    op.execute(SUBSCRIPTION.update().values(old_secret_until=last_day))
