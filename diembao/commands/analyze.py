"""``diembao analyze``: judge texts given as JSON lines; no network, no database writes."""

import argparse
from collections.abc import Sequence
from typing import Any

from analysis.copies import Comparison, Piece, compare
from analysis.fingerprints import Fingerprint
from analysis.judge import judge
from analysis.relevance import DEFAULT_THRESHOLD
from crawler.dates import parse_date
from diembao import likeness, output
from diembao.failures import UsageError
from diembao.lines import json_lines
from diembao.shapes import judgement_object
from diembao.workplace import existing_archive, known_seeds, settings_for
from messages.catalogue import _
from storage.database import Database
from storage.neighbours import alike
from storage.seeds import KnownSeed


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "file", metavar="FILE.jsonl", help=_("objects with text, title, published_at; '-' is stdin")
    )


def run(arguments: argparse.Namespace) -> int:
    """Judge every line; one line out for one line in."""
    settings = settings_for(arguments)
    seeds = known_seeds(settings)
    threshold = settings.relevance_threshold
    archive = existing_archive(settings)
    for number, record in json_lines(arguments.file):
        place = f"{arguments.file}:{number}"
        judgement = judge(
            _string(record, "title", place),
            _string(record, "lead", place),
            _string(record, "text", place),
            parse_date(_string(record, "published_at", place)),
            DEFAULT_THRESHOLD if threshold is None else threshold,
        )
        answer = {"id": record.get("id"), **judgement_object(judgement, settings.language)}
        piece = Piece(
            judgement.fingerprint,
            _string(record, "title", place),
            _string(record, "text", place),
            parse_date(_string(record, "published_at", place)),
        )
        answer["near"] = [
            *near_seeds(judgement.fingerprint, seeds),
            *near_articles(piece, archive),
        ]
        output.write(output.dump(answer, indent=None))
    return 0


def near_seeds(fingerprint: Fingerprint, seeds: Sequence[KnownSeed]) -> list[dict[str, Any]]:
    """Give the seeds that a text is a copy of, most alike first."""
    compared = [(s, compare(fingerprint, s.fingerprint, known_is_seed=True)) for s in seeds]
    found = [
        {"seed": seed.id, **_near(comparison, seed.id, fingerprint, seed.fingerprint.content_hash)}
        for seed, comparison in compared
        if comparison.verdict == "copy"
    ]
    return sorted(found, key=lambda near: -float(str(near["similarity"])))


def near_articles(piece: Piece, archive: Database | None) -> list[dict[str, Any]]:
    """Give the stored articles that a text is a copy of or related to, closest first."""
    if archive is None:
        return []
    with archive.reading() as session:
        return [
            {
                "article": str(near.article.id),
                **_near(
                    near.comparison,
                    likeness.quoted(near.article),
                    piece.fingerprint,
                    near.article.content_hash,
                ),
            }
            for near in alike(session, piece)
        ]


def _near(comparison: Comparison, what: str, fresh: Fingerprint, known_hash: str) -> dict[str, Any]:
    equal = fresh.content_hash == known_hash
    return {
        "similarity": round(comparison.similarity, 4),
        "verdict": comparison.verdict,
        "reason": likeness.of_comparison(comparison, what, equal=equal),
    }


def _string(record: dict[str, Any], key: str, place: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UsageError(_("{place}: {key} is not text").format(place=place, key=key))
    return value
