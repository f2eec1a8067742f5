"""Indexes of some rows of a table only, alike on both databases."""

from sqlalchemy import Index, text


def index_where(condition: str, name: str, *columns: str) -> Index:
    """Give an index of those rows that fulfil a condition in SQL."""
    where = text(condition)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def where_there(name: str, column: str) -> Index:
    """Give an index of those rows that have something in a column; the others cost no write."""
    return index_where(f"{column} IS NOT NULL", name, column)
