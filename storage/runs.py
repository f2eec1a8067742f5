"""Crawls and their reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select


class Run(SQLModel, table=True):
    """A crawl and its report."""

    __tablename__ = "run"

    id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_column_kwargs={"index": True})  # latest runs
    seconds: float
    report: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def record(
    session: Session, run: str, started_at: datetime, seconds: float, report: dict[str, Any]
) -> None:
    """Keep the report of a crawl."""
    session.add(Run(id=run, started_at=started_at, seconds=seconds, report=report))


def latest(session: Session, limit: int) -> Sequence[Run]:
    """Give the latest crawls, newest first."""
    return session.exec(select(Run).order_by(col(Run.started_at).desc()).limit(limit)).all()
