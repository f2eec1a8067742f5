"""Measured on the public material, where it lies beside the repository."""

import gzip
import itertools
import json
from collections import Counter
from pathlib import Path

from analysis.changes import Wording, change
from analysis.copies import compare
from analysis.evaluation import evaluate
from analysis.fingerprints import fingerprint
from analysis.judge import judge

SHARED = Path(__file__).parents[3] / "shared"

if (SHARED / "real" / "relevance_dev.jsonl.gz").exists():

    def later_items():
        with gzip.open(SHARED / "real" / "relevance_dev.jsonl.gz", "rt") as lines:
            return [line for line in lines if json.loads(line)["published"] > "2025-12"]

    def test_quality_on_months_not_tuned_on_stays_above_its_floors():
        said = evaluate(later_items())
        assert said["relevance"]["f1"] > 0.78
        assert said["topics"]["micro"]["f1"] > 0.76
        assert said["entities"]["f1"] > 0.85


if (SHARED / "real" / "retitled.jsonl.gz").exists():

    def test_of_titles_that_changed_the_mended_ones_are_told_to_nobody():
        counts = Counter()
        with gzip.open(SHARED / "real" / "retitled.jsonl.gz", "rt") as lines:
            for line in lines:
                for old, new in itertools.pairwise(json.loads(line)["titles"]):
                    found = change(Wording(old, "", ""), Wording(new, "", ""))
                    counts[found.substantial if found else None] += 1
        assert 0.4 < counts[True] / counts.total() < 0.75


if (SHARED / "seeds").is_dir():
    SEEDS = [file.read_text(encoding="utf-8") for file in sorted((SHARED / "seeds").glob("*.txt"))]

    def test_no_seed_is_a_copy_of_another():
        prints = [fingerprint(text) for text in SEEDS]
        pairs = itertools.permutations(prints, 2)
        verdicts = {compare(one, other, known_is_seed=True).verdict for one, other in pairs}
        assert verdicts == {"different"}

    def test_seed_without_captions_and_bylines_is_a_copy_of_itself():
        for text in SEEDS:
            bare = "\n".join(line for line in text.split("\n") if "Ảnh:" not in line)
            shorter = fingerprint(bare.strip().rsplit("\n", 1)[0])
            assert compare(shorter, fingerprint(text), known_is_seed=True).verdict == "copy"

    def test_every_seed_is_relevant():
        assert all(judge("", "", text).relevance.score > 0.6 for text in SEEDS)
