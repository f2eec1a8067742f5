"""The table of shingles refers to no other: on PostgreSQL the check was a third of adding a row."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ANEW = """
CREATE TABLE shingle_anew (
    hash BIGINT NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (hash, article_id)
) WITHOUT ROWID
"""
# Within the database and in the order of the key: it may be the largest table.
ROWS = "INSERT INTO shingle_anew SELECT hash, article_id FROM shingle ORDER BY hash, article_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("shingle_article_id_fkey", "shingle")
        return
    op.execute(ANEW)
    op.execute(ROWS)
    op.drop_table("shingle")
    op.rename_table("shingle_anew", "shingle")
