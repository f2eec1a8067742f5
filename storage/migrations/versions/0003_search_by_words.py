"""Articles are searched by whole words, field by field."""

import sqlalchemy as sa
from alembic import op

from analysis.searching import searchable

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 500
ARTICLE = sa.table(
    "article",
    *(sa.column(name) for name in ("id", "title", "lead", "text", "search")),
)


def upgrade() -> None:
    connection, last = op.get_bind(), 0
    columns = (ARTICLE.c.id, ARTICLE.c.title, ARTICLE.c.lead, ARTICLE.c.text)
    asked = sa.select(*columns).order_by(ARTICLE.c.id).limit(BATCH)
    while rows := connection.execute(asked.where(ARTICLE.c.id > last)).all():
        connection.execute(
            sa.update(ARTICLE)
            .where(ARTICLE.c.id == sa.bindparam("key"))
            .values(search=sa.bindparam("words")),
            [{"key": row.id, "words": searchable(*row[1:])} for row in rows],
        )
        last = rows[-1].id
