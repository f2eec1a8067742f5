"""The tables of backfills: which days of which source, and what is still to be asked for them.

The candidates that a backfill found stand with all others, under its number.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from storage.partial import index_where


class Backfill(SQLModel, table=True):
    """Some days of a source's past, first and last included, in Vietnam's calendar."""

    __tablename__ = "backfill"
    __table_args__ = (index_where("status = 'open'", "ix_backfill_open", "next_at"),)  # open_ones

    id: int | None = Field(default=None, primary_key=True)
    source: str
    first_day: date
    last_day: date
    status: str = "open"  # open | done | stuck: nothing came of several pieces in a row
    reason: str | None = None  # why it waits, or is stuck
    next_at: datetime  # not before this
    fruitless: int = 0  # pieces in a row of which nothing came
    begun_at: datetime
    ended_at: datetime | None = None
    # Sums that are in no other table: requests, bytes, pieces.
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class BackfillPlace(SQLModel, table=True):
    """A sitemap or a page of a listing that a backfill asks for articles of its days."""

    __tablename__ = "backfill_place"
    __table_args__ = (
        index_where("status = 'todo'", "ix_backfill_place_todo", "backfill_id", "next_at"),
    )  # next_places

    backfill_id: int = Field(foreign_key="backfill.id", primary_key=True)
    url: str = Field(primary_key=True)
    kind: str  # sitemap | listing
    depth: int = 0  # how many sitemap indexes led to it
    pages: str = ""  # a listing's address with {page}, where it has further pages
    page: int = 1
    day: date | None = None  # of what it holds: the older, the sooner it is asked
    status: str = "todo"  # todo | probing: its dates are found out by some articles | done | failed
    reason: str | None = None
    attempts: int = 0
    next_at: datetime
    known: int = 0  # addresses it showed that the archive had already
    # Of a listing's page: what the page before it showed, and what it showed itself.
    before: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    shown: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    notes: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
