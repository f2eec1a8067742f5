"""The newsroom's articles: TOML files, one an article, copies told by their difference."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diembao.demo.newsroom.errors import NewsroomError

SEED = "seed"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a reader would say of an article.

    ``topics`` are those that must be found (more may be), ``of`` is the id of its original.
    """

    status: str
    topics: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of an article's words."""

    title: str
    lead: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An article of one outlet; ``id`` is ``outlet/key``, ``hours_before`` its age at the start."""

    outlet: str
    key: str
    hours_before: float
    section: str
    wording: Wording
    revised: Wording | None
    authors: tuple[str, ...]
    captions: tuple[str, ...]
    tags: tuple[str, ...]
    related: tuple[str, ...]
    expect: Expectation

    @property
    def id(self) -> str:
        """The name by which other articles and tests speak of it."""
        return f"{self.outlet}/{self.key}"

    @property
    def slug(self) -> str:
        """The readable part of the key."""
        return self.key.rpartition("-")[0]

    @property
    def number(self) -> str:
        """The digits at the end of the key."""
        return self.key.rpartition("-")[2]


def load_articles(folder: Path) -> dict[str, Article]:
    """Read ``articles/<outlet>/*.toml`` below ``folder``, by id.

    Copies, of each other or of ``seed.txt``, are made whole. Raises NewsroomError for a wrong file.
    """
    files = (folder / "articles").glob("*/*.toml")
    raw = {f"{path.parent.name}/{_key(path)}": _table(path) for path in files}
    seed = (folder / "seed.txt").read_text(encoding="utf-8")
    bodies: dict[str, tuple[str, ...]] = {SEED: split(seed)}
    for name in raw:
        _make_whole(name, raw, bodies)
    articles = (_article(name, table, bodies[name]) for name, table in raw.items())
    return {article.id: article for article in sorted(articles, key=lambda a: (a.outlet, a.key))}


def split(text: str) -> tuple[str, ...]:
    """Paragraphs of a text in which empty lines part them."""
    parts = (" ".join(part.split()) for part in unicodedata.normalize("NFC", text).split("\n\n"))
    return tuple(part for part in parts if part)


def _key(path: Path) -> str:
    if not path.stem.rpartition("-")[2].isdigit():
        raise NewsroomError(f"{path.name}: the name must end in a number")
    return path.stem


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NewsroomError(f"{path.parent.name}/{path.name}: {error}") from error


def _make_whole(
    name: str, raw: Mapping[str, Mapping[str, Any]], bodies: dict[str, tuple[str, ...]]
) -> None:
    """Put the body of ``name`` into ``bodies``, its original's first."""
    if name in bodies:
        return
    table = raw[name]
    original = table.get("copy_of")
    if original is None:
        bodies[name] = split(table["body"])
        return
    if original not in raw and original != SEED:
        raise NewsroomError(f"{name}: copy of {original}, which does not exist")
    _make_whole(original, raw, bodies)
    bodies[name] = _edited(name, table, bodies[original])


def _edited(name: str, table: Mapping[str, Any], body: tuple[str, ...]) -> tuple[str, ...]:
    dropped = set(table.get("drop_paragraphs", ()))
    text = "\n\n".join(part for count, part in enumerate(body, 1) if count not in dropped)
    for edit in table.get("edit", ()):
        if edit["find"] not in text:
            raise NewsroomError(f"{name}: its original does not say {edit['find']!r}")
        text = text.replace(edit["find"], edit["replace"])
    return split(f"{table.get('intro', '')}\n\n{text}")


def _article(name: str, table: Mapping[str, Any], body: tuple[str, ...]) -> Article:
    outlet, key = name.split("/")
    try:
        wording = Wording(_text(table["title"]), _text(table["lead"]), body)
        return Article(
            outlet=outlet,
            key=key,
            hours_before=float(table["hours_before"]),
            section=table["section"],
            wording=wording,
            revised=_revised(table, wording),
            authors=_texts(table, "authors"),
            captions=_texts(table, "captions"),
            tags=_texts(table, "tags"),
            related=_texts(table, "related"),
            expect=_expectation(table["expect"]),
        )
    except KeyError as error:
        raise NewsroomError(f"{name}: {error} is missing") from error


def _revised(table: Mapping[str, Any], first: Wording) -> Wording | None:
    revised = table.get("revised")
    if revised is None:
        return None
    title, lead = revised.get("title", first.title), revised.get("lead", first.lead)
    return Wording(_text(title), _text(lead), split(revised["body"]))


def _expectation(table: Mapping[str, Any]) -> Expectation:
    return Expectation(table["status"], tuple(table.get("topics", ())), table.get("of", ""))


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_text(value) for value in table.get(name, ()))


def _text(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).split())
