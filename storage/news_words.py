"""Which news may hold the words of a query, told by an index: never too few, so the query decides.

Triggers keep it with each article (migration 0016). SQLite's FTS5 knows where words follow each
other; PostgreSQL's index only that they are there, as its text search would drop far places.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlmodel import Session

from storage.plain import asked_plainly
from storage.queries import Either, Every, Expression, Words, parse

MOST = 2_000
"""Of more the newest are sooner found by reading the newest news."""
_Asked = tuple[str, list[str]]
_SETTING = "SELECT current_setting('enable_seqscan'), set_config('enable_seqscan', ?, true)"


def news_with(session: Session, query: str, most: int = MOST) -> Sequence[int] | None:
    """Give the news among which all are that a query means; None where they are many or untold.

    Raises QueryError.
    """
    asked = parse(query)
    needed = None if asked is None else _needed(asked)
    if needed is None:
        return None
    connection = session.connection()
    dialect = connection.dialect.name
    condition, given = _CONDITIONS[dialect](needed)
    column = "article_id" if dialect == "postgresql" else "rowid"
    question = f"SELECT {column} FROM news_words WHERE {condition} LIMIT ?"  # noqa: S608 - of ours
    found = _by_index(connection, question, (*given, most + 1))
    return None if len(found) > most else [row[0] for row in found]


def _by_index(connection: Connection, question: str, given: Sequence[Any]) -> Sequence[Any]:
    """Ask without reading the table of words from its beginning.

    PostgreSQL takes that for cheap where words are common, as it does not count that each row's
    words have to be unpacked: twenty times the time.
    """
    if connection.dialect.name != "postgresql":
        return asked_plainly(connection, question, given)
    ((before, _),) = asked_plainly(connection, _SETTING, ("off",))
    found = asked_plainly(connection, question, given)
    asked_plainly(connection, _SETTING, (before,))
    return found


def _needed(expression: Expression) -> Expression | None:
    """Give what of an expression is about words, and holds wherever the expression does."""
    match expression:
        case Words():
            return expression
        case Every(parts):
            needed = [part for part in map(_needed, parts) if part is not None]
            return Every(tuple(needed)) if needed else None
        case Either(parts):
            all_needed = [part for part in map(_needed, parts) if part is not None]
            return Either(tuple(all_needed)) if len(all_needed) == len(parts) else None
    return None


def _of_fts5(needed: Expression) -> _Asked:
    return "news_words MATCH ?", [_matching(needed)]


def _matching(needed: Expression) -> str:
    match needed:
        case Words(words):
            return f'"{words}"'  # letters and digits only
        case Every(parts):
            return f"({' AND '.join(map(_matching, parts))})"
        case Either(parts):
            return f"({' OR '.join(map(_matching, parts))})"
    raise TypeError(needed)


def _of_arrays(needed: Expression) -> _Asked:
    match needed:
        case Words(words):
            asked = sorted(set(words.split()))
            return f"words @> ARRAY[{', '.join('?' * len(asked))}]::text[]", asked
        case Every(parts):
            return _joined(" AND ", parts)
        case Either(parts):
            return _joined(" OR ", parts)
    raise TypeError(needed)


def _joined(operator: str, parts: Sequence[Expression]) -> _Asked:
    asked = [_of_arrays(part) for part in parts]
    return f"({operator.join(each for each, _ in asked)})", [w for _, given in asked for w in given]


_CONDITIONS: Mapping[str, Callable[[Expression], _Asked]] = {
    "sqlite": _of_fts5,
    "postgresql": _of_arrays,
}
