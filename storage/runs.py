"""Crawls and their reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.tables import Run


def record(
    session: Session, run: str, started_at: datetime, seconds: float, report: dict[str, Any]
) -> None:
    """Keep the report of a crawl."""
    session.add(Run(id=run, started_at=started_at, seconds=seconds, report=report))


def latest(session: Session, limit: int) -> Sequence[Run]:
    """Give the latest crawls, newest first."""
    return session.exec(select(Run).order_by(col(Run.started_at).desc()).limit(limit)).all()
