"""Stories of independent pieces: what articles are known by, changes, what deliveries told."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("story") as table:
        table.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
        table.create_index("ix_story_merged_into", ["merged_into"])
        table.create_index("ix_story_last_seen_at", ["last_seen_at"])
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("articles", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("ix_event_article_id", "event", ["article_id"])
    op.create_table(
        "story_fact",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("article_id"),
    )
    op.create_table(
        "story_word",
        sa.Column("word", AutoString(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("word", "day", "article_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_word_article", "story_word", ["article_id"])
    op.create_table(
        "story_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", AutoString(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["story.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_story_change_story_id", "story_change", ["story_id"])
