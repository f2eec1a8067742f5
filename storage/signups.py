"""Sign-ups from outside, counted so that nobody can flood us or, through us, somebody else."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlmodel import Field, Session, SQLModel, col, delete, select


class SignUp(SQLModel, table=True):
    """A sign-up from outside in the last day; client and mailbox are keyed hashes."""

    __tablename__ = "sign_up"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)  # filled_at, forget
    client: str = Field(index=True)  # by_client
    mailbox: str = Field(index=True)  # mailed_to
    mailed: bool


def filled_at(session: Session, since: datetime, most: int, *kept: Any) -> datetime | None:
    """Give the time of the sign-up that must be forgotten before there is room for one more.

    ``kept`` are conditions on the sign-ups that count; None: there is room.
    """
    return session.exec(
        select(SignUp.at)
        .where(SignUp.at > since, *kept)
        .order_by(col(SignUp.at).desc())
        .offset(most - 1)
        .limit(1)
    ).first()


def by_client(client: str) -> Any:
    """Count the sign-ups of one client."""
    return SignUp.client == client


def mailed_to(mailbox: str) -> Any:
    """Count the sign-ups that had a mail sent to one mailbox."""
    return and_(col(SignUp.mailbox) == mailbox, col(SignUp.mailed))


def forget(session: Session, before: datetime) -> None:
    """Drop the sign-ups from before a time."""
    session.exec(delete(SignUp).where(col(SignUp.at) <= before))
