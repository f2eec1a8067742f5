"""A source file's text, written from what is known of an outlet."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.source_values import Kind
from crawler.sources import Source, read_source

# Matches no address: a file must have a pattern, and none is known.
NO_PATTERN = "(?!)"
MAX_REMARK = 300


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source file to be; ``remarks`` are told in its comments, ``extract`` holds selectors."""

    id: str
    name: str
    homepage: str
    pattern: str = NO_PATTERN
    kind: Kind = "press"
    enabled: bool = True
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    delay: float | None = None
    extract: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def source_text(proposal: Proposal) -> str:
    """The text of a proposed source file. Raises SourceError if the loader would not take it."""
    lines = [f"# {_comment(remark)}" for remark in proposal.remarks]
    lines += [
        f"name = {_quoted(proposal.name)}",
        f"homepage = {_quoted(proposal.homepage)}",
        f"kind = {_quoted(proposal.kind)}",
        f"enabled = {str(proposal.enabled).lower()}",
    ]
    for key in ("feeds", "sitemaps", "listings"):
        lines += _list(key, getattr(proposal, key))
    lines.append(f"article_pattern = {_literal(proposal.pattern)}")
    lines += _list("hosts", proposal.hosts)
    if proposal.delay:
        lines += ["", "[politeness]", f"delay = {proposal.delay:g}"]
    if proposal.extract:
        lines += ["", "[extract]"]
        lines += [f"{key} = {_quoted(css)}" for key, css in proposal.extract.items()]
    text = "\n".join(lines) + "\n"
    read_back(proposal.id, text)
    return text


def read_back(id_: str, text: str) -> Source:
    """The source that a file of this text would be; raises SourceError as the loader does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{id_}.toml"
        path.write_text(text, encoding="utf-8")
        return read_source(path)


def _list(key: str, values: Sequence[str]) -> list[str]:
    if len(values) < 2:
        return [f"{key} = [{_quoted(value)}]" for value in values]
    return [f"{key} = [", *(f"  {_quoted(value)}," for value in values), "]"]


def _quoted(text: str) -> str:
    # A JSON string is a TOML one too, but for DEL, which no checked value holds.
    return json.dumps(text, ensure_ascii=False)


def _literal(text: str) -> str:
    return _quoted(text) if "'" in text or not text.isprintable() else f"'{text}'"


def _comment(text: str) -> str:
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    return line if len(line) <= MAX_REMARK else f"{line[: MAX_REMARK - 1]}…"
