"""The tables of stories: what articles are known by, and every change of what belongs where."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel


class StoryFact(SQLModel, table=True):
    """What a news article is known by when others tell of the same event."""

    __tablename__ = "story_fact"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    told_at: datetime  # published, else first seen
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class StoryWord(SQLModel, table=True):
    """A word by which other pieces of an article's story are looked up, near its day."""

    __tablename__ = "story_word"
    __table_args__ = (
        Index("ix_story_word_article", "article_id"),  # an article's words, to make them anew
        {"sqlite_with_rowid": False},
    )

    word: str = Field(primary_key=True)
    day: int = Field(primary_key=True)  # days since the year 1, UTC
    article_id: int = Field(foreign_key="article.id", primary_key=True)


class StoryChange(SQLModel, table=True):
    """A change of what belongs to which story: an article joined, stories merged, one split."""

    __tablename__ = "story_change"

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # joined | merged | split
    story_id: int = Field(foreign_key="story.id", index=True)  # a story's changes
    other_id: int = Field(foreign_key="story.id")  # merged into it, or split from it
    articles: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    made_at: datetime
    made_by: str  # a person's name, or the rules' version
    confidence: float | None = None
    reasons: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    note: str = Field(default="", sa_type=Text)
