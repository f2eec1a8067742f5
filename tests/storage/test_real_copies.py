"""Measured on the public material, where it lies beside the repository: copies and what is none."""

import gzip
import itertools
import json
import os
import re
from collections import defaultdict
from pathlib import Path

from analysis.copies import LEAST_SYLLABLES, Piece, compare_pieces
from analysis.fingerprints import fingerprint, shared
from storage import neighbours
from tests.storage.sample import NOW, take

REAL = Path(os.environ.get("DIEMBAO_REAL") or Path(__file__).parents[3] / "shared" / "real")
ALIKE = 0.95


def lines(name):
    with gzip.open(REAL / name, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if (REAL / "articles_2016.jsonl.gz").exists():

    def very_alike(prints):
        """Pairs of indices at resemblance 0.95 and more, brought together by rare shingles."""
        holders = defaultdict(list)
        for number, known in enumerate(prints):
            for value in (h for h in known.shingles if h % 3 == 0):
                holders[value].append(number)
        near = {
            pair
            for numbers in holders.values()
            if 1 < len(numbers) <= 20
            # Below this nothing but a headline is there to tell one from another.
            and prints[numbers[0]].syllables >= LEAST_SYLLABLES
            for pair in itertools.combinations(numbers, 2)
            if are_of_one_size(*(len(prints[number].shingles) for number in pair))
        }
        return {pair for pair in near if resemblance(*(prints[number] for number in pair)) >= ALIKE}

    def are_of_one_size(one, other):
        return min(one, other) >= ALIKE * max(one, other)

    def resemblance(one, other):
        common = shared(one, other)
        return common / (len(one.shingles) + len(other.shingles) - common)

    def test_all_natural_copies_are_found_and_no_table_is_one(sqlite_database):
        items = lines("articles_2016.jsonl.gz")
        prints = [fingerprint(item["content"]) for item in items]
        pairs = very_alike(prints)
        # Whatever is in no such pair is not stored: the rest of the look-up is the same.
        tables = [n for n, item in enumerate(items) if re.search("xổ số|Bảng giá", item["title"])]
        outcomes, found = {}, {}
        with sqlite_database.writing() as session:
            for number in sorted({*tables, *itertools.chain(*pairs)}):
                title, text = items[number]["title"], items[number]["content"]
                found[number] = neighbours.alike(session, Piece(prints[number], title, text, NOW))
                outcomes[number] = take(session, number, text, title=title).outcome
        assert len(pairs) > 150
        assert not {
            pair
            for pair in pairs
            if not outcomes[max(pair)].endswith("_duplicate")
            and not any(near.comparison.similarity >= ALIKE for near in found[max(pair)])
        }
        # The same table at another address is a copy, the next month's is none.
        for number in tables:
            copies = [near for near in found[number] if near.comparison.verdict == "copy"]
            assert all(near.article.content_hash == prints[number].content_hash for near in copies)


if (REAL / "same_event_2013.jsonl.gz").exists():

    def test_of_articles_on_one_event_only_the_one_copy_is_a_copy():
        items = lines("same_event_2013.jsonl.gz")
        pieces = [
            Piece(
                fingerprint(item["text"]),
                re.search("TITLE: (.*)", item["info"])[1].replace("_", " "),
                item["text"],
            )
            for item in items
        ]
        copies = [
            pair
            for pair in itertools.combinations(range(len(items)), 2)
            if items[pair[0]]["cluster"] == items[pair[1]]["cluster"]
            and compare_pieces(pieces[pair[1]], pieces[pair[0]]).verdict == "copy"
        ]
        # Read: an agency's report, printed by another outlet without some of its paragraphs.
        assert len(copies) == 1
