"""The query language of filters: words, "phrases", fields, AND, OR, NOT and parentheses.

Words beside each other must all occur; NOT binds closest, then AND, then OR.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from typing import Literal

import parsy

from analysis.searching import words
from analysis.text import search_fold
from analysis.topics import topics
from storage.errors import QueryError

MAX_QUERY = 500
MAX_TERMS = 50
MAX_DEPTH = 20
FIELDS = ("title", "topic", "entity", "source", "kind", "before", "after")
# A day without a time is one in Vietnam, whoever asks.
_VIETNAM = timezone(timedelta(hours=7))
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)


@dataclass(frozen=True, slots=True)
class Words:
    """Words, folded for search, that follow each other in an article, or in its title."""

    words: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A topic's slug, an entity's id or name, a source's id or a kind of source."""

    kind: Literal["topic", "entity", "source", "kind"]
    value: str


@dataclass(frozen=True, slots=True)
class Since:
    """Published (else first seen) at or after a moment; ``before`` turns it round."""

    moment: datetime
    before: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class Every:
    """Parts that all hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Parts of which one holds at the least."""

    parts: tuple["Expression", ...]


Expression = Words | Tag | Since | Not | Every | Either


@lru_cache(maxsize=2_048)
def parse(query: str) -> Expression | None:
    """Understand a query, None for a blank one; raises QueryError with the place of the fault."""
    if len(query) > MAX_QUERY:
        raise QueryError("too long", MAX_QUERY + 1, str(MAX_QUERY))
    if "\0" in query:  # PostgreSQL has no such character
        raise QueryError("no character", query.index("\0") + 1, repr("\0"))
    text = query.translate(_QUOTES)
    if not text.strip():
        return None
    _check_size(text)
    try:
        expression: Expression = _grammar().parse(text)
    except parsy.ParseError as error:
        raise _fault(text, error.index) from None
    return expression


def _check_size(text: str) -> None:
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth > MAX_DEPTH:
            raise QueryError("too deep", place + 1, str(MAX_DEPTH))
    terms = [*re.finditer(r'"[^"]*"|[^\s()"]+', text)]
    if len(terms) > 2 * MAX_TERMS:  # terms with an operator between each two
        raise QueryError("too many words", terms[2 * MAX_TERMS].start() + 1, str(MAX_TERMS))


def _fault(text: str, index: int) -> QueryError:
    opened = _last_open(text)
    if index >= len(text) and opened is None:
        return QueryError("unfinished", len(text) + 1)
    if index >= len(text) and opened is not None:
        return QueryError("not closed", opened + 1, text[opened])
    if text[index] == '"':
        return QueryError("not closed", index + 1, '"')
    return QueryError("out of place", index + 1, re.findall(r"\w+|.", text[index:])[0])


def _last_open(text: str) -> int | None:
    """Give the parenthesis that is still open at the end, if one is."""
    opened: list[int] = []
    for found in re.finditer(r'"[^"]*"|[()]', text):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None


@cache
def _grammar() -> parsy.Parser:
    # A dash between the words of a headline is no word.
    space = parsy.regex(r'(?:\s|(?<!\S)[^\w\s()"]+(?!\S))*')

    def operator(name: str) -> parsy.Parser:
        return parsy.regex(rf"{name}(?=[\s()\"]|$)") << space

    phrase = parsy.regex(r'"([^"]*)"', group=1)
    word = parsy.regex(r'(?!(?:AND|OR|NOT)(?:[\s()"]|$))[^\s()"]+')
    field = parsy.regex(r"([^\W\d_]+):(?=[^\s()])", group=1).optional()
    term = parsy.seq(parsy.index, field, parsy.index, phrase | word).combine(_term) << space

    expression = parsy.forward_declaration()
    inner = parsy.string("(") >> space >> expression << parsy.string(")") << space
    negated = parsy.seq(operator("NOT").many(), inner | term).combine(_negated)
    both = negated.sep_by(operator("AND").optional(), min=1).map(_every)
    expression.become(both.sep_by(operator("OR"), min=1).map(_either))
    return space >> expression


def _negated(signs: list[str], part: Expression) -> Expression:
    return Not(part) if len(signs) % 2 else part


def _every(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _either(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _term(start: int, field: str | None, place: int, value: str) -> Expression:
    match field and field.lower():
        case None | "title":
            found = words(value)
            if not found:
                raise QueryError("no word in it", place + 1, value)
            return Words(found, in_title=field is not None)
        case "before" | "after" as side:
            return Since(_moment(value, place), before=side == "before")
        case "topic":
            return Tag("topic", _topic(value, place))
        case "entity" | "source" | "kind" as kind:
            return Tag(kind, value if kind == "entity" else value.lower())
        case unknown:
            raise QueryError("no such field", start + 1, str(unknown))


def _topic(value: str, place: int) -> str:
    plain = " ".join(search_fold(value).split())
    for slug, topic in topics().items():
        if plain in (slug, *(" ".join(search_fold(n).split()) for n in (topic.vi, topic.en))):
            return slug
    raise QueryError("no such topic", place + 1, value)


def _moment(value: str, place: int) -> datetime:
    try:
        if day := _DAY.fullmatch(value):
            given = datetime(int(day[3]), int(day[2]), int(day[1]), tzinfo=_VIETNAM)
        else:
            given = datetime.fromisoformat(value)
        zoned = given if given.tzinfo else given.replace(tzinfo=_VIETNAM)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        raise QueryError("no date", place + 1, value) from None
