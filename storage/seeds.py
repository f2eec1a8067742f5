"""The texts known from the start: a JSONL file of fingerprints and bare facts, mirrored in a table.

A line: ``id, title, outlet, date, url, content_hash, syllables, fold, shingles``; ``shingles`` is
base64 of the sorted 64-bit little-endian hashes, ``fold`` the version of the folding they were
made with. No line holds any of the text itself.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import Session, delete, select

from analysis.fingerprints import FOLD_VERSION, Fingerprint
from messages.catalogue import N_
from storage.errors import SeedError
from storage.tables import Seed

SHIPPED = Path(__file__).parent / "seeds.jsonl"
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KnownSeed:
    """A seed: its stable id, its bare facts as far as the text tells them, its fingerprint."""

    id: str
    fingerprint: Fingerprint
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    url: str | None = None


def read_seeds(path: Path) -> list[KnownSeed]:
    """Read a seeds file; raises SeedError naming the file and line. No file: no seeds."""
    if not path.exists():
        return []
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SeedError(
                N_("{path}: larger than {most} MiB"), path=path, most=MAX_BYTES // 1024 // 1024
            )
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError("{path}: {error}", path=path, error=error) from error
    seeds = [
        _parse(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()
    ]
    if len({seed.id for seed in seeds}) < len(seeds):
        raise SeedError(N_("{path}: two seeds have the same id"), path=path)
    return seeds


def _parse(line: str, place: str) -> KnownSeed:
    try:
        record = json.loads(line)
        if record["fold"] != FOLD_VERSION:
            raise SeedError(
                N_(
                    "{place}: fingerprint of folding {found}, this program uses {known}: "
                    "make it anew with 'diembao seeds add'"
                ),
                place=place,
                found=record["fold"],
                known=FOLD_VERSION,
            )
        return KnownSeed(
            id=str(record["id"]),
            fingerprint=Fingerprint(
                content_hash=record["content_hash"],
                shingles=_unpack(base64.b64decode(record["shingles"], validate=True)),
                syllables=int(record["syllables"]),
            ),
            **{key: record.get(key) for key in ("title", "outlet", "date", "url")},
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SeedError(N_("{place}: not a seed ({error!r})"), place=place, error=error) from error


def _unpack(packed: bytes) -> tuple[int, ...]:
    return tuple(np.frombuffer(packed, dtype="<u8").tolist())


def _pack(fingerprint: Fingerprint) -> bytes:
    return np.asarray(fingerprint.shingles, dtype="<u8").tobytes()


def as_record(seed: KnownSeed) -> dict[str, Any]:
    """Give a seed as the line of a seeds file holds it."""
    return {
        "id": seed.id,
        "title": seed.title,
        "outlet": seed.outlet,
        "date": seed.date,
        "url": seed.url,
        "content_hash": seed.fingerprint.content_hash,
        "syllables": seed.fingerprint.syllables,
        "fold": FOLD_VERSION,
        "shingles": base64.b64encode(_pack(seed.fingerprint)).decode("ascii"),
    }


def add_seeds(path: Path, seeds: Sequence[KnownSeed]) -> None:
    """Append seeds to a file; the file is replaced whole, so a crash leaves the old one."""
    lines = [json.dumps(as_record(seed), ensure_ascii=False) for seed in read_seeds(path)]
    lines += [json.dumps(as_record(seed), ensure_ascii=False) for seed in seeds]
    fresh = path.with_suffix(path.suffix + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text("\n".join(lines) + "\n", "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise SeedError("{path}: {error}", path=path, error=error) from error


def next_id(known: Iterable[KnownSeed]) -> str:
    """Give the first unused id of the form ``seed-000``."""
    taken = {seed.id for seed in known}
    return next(name for n in range(len(taken) + 1) if (name := f"seed-{n:03d}") not in taken)


def mirror(session: Session, seeds: Sequence[KnownSeed]) -> None:
    """Make the table hold exactly these seeds."""
    wanted = {seed.id: _row(seed) for seed in seeds}
    held = {row.id: row for row in session.exec(select(Seed))}
    if {key: row.model_dump() for key, row in held.items()} == {
        key: row.model_dump() for key, row in wanted.items()
    }:
        return
    session.exec(delete(Seed))
    session.add_all(wanted.values())


def _row(seed: KnownSeed) -> Seed:
    return Seed(
        id=seed.id,
        title=seed.title,
        outlet=seed.outlet,
        date=seed.date,
        url=seed.url,
        content_hash=seed.fingerprint.content_hash,
        syllables=seed.fingerprint.syllables,
        shingles=_pack(seed.fingerprint),
    )
