"""What all lines of one run have in common in the log: the run's id, what it does, and on what."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from types import MappingProxyType

from scheduler.clock import utc_now

_FIELDS: ContextVar[Mapping[str, str]] = ContextVar("log_fields", default=MappingProxyType({}))


def log_fields() -> Mapping[str, str]:
    """Give what is to stand on every line of whatever is being done here."""
    return _FIELDS.get()


@contextmanager
def log_about(**fields: str) -> Iterator[None]:
    """Have further fields on every line; tasks and threads begun within inherit them."""
    token = _FIELDS.set({**_FIELDS.get(), **fields})
    try:
        yield
    finally:
        _FIELDS.reset(token)


@contextmanager
def log_run(job: str, run: str | None = None) -> Iterator[None]:
    """Begin a run: its id is on every line, and nothing of what it was begun from."""
    token = _FIELDS.set({"run": run or new_run_id(utc_now()), "job": job})
    try:
        yield
    finally:
        _FIELDS.reset(token)


def new_run_id(now: datetime) -> str:
    """Give a run's id: when it began, and some chance."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
