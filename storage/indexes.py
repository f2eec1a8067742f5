"""Indexes that both databases know: of some rows only, and by a time that is reckoned."""

from sqlalchemy import Index, TextClause, text


def some(name: str, column: str, condition: str) -> Index:
    """Give the index of a column over the rows for which a condition holds."""
    holds = text(condition)
    return Index(name, column, sqlite_where=holds, postgresql_where=holds)


def where_there(name: str, column: str) -> Index:
    """Give the index of a column over the rows that have something there: others cost no write."""
    return some(name, column, f"{column} IS NOT NULL")


def told_at() -> TextClause:
    """Give the time by which articles are listed, as `storage.filters.moment` has it."""
    return text("coalesce(published_at, first_seen_at)")
