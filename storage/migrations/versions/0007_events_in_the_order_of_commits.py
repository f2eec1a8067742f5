"""Events become visible in the order of their ids, whoever writes; an index on who was told."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A statement's trigger is run before any row is made, and so before an id is given out.
FUNCTION = """
CREATE FUNCTION diembao_one_writer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(28263382018842991);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER event_one_writer BEFORE INSERT ON event
FOR EACH STATEMENT EXECUTE FUNCTION diembao_one_writer()
"""


def upgrade() -> None:
    op.drop_index("ix_delivery_subscription_id", "delivery")
    op.create_index("ix_delivery_made", "delivery", ["subscription_id", "created_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        op.execute(TRIGGER)
