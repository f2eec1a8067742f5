"""How well stories are put together, by the functions that intake calls, in the order of time.

    DIEMBAO_REAL=… python bench/quality_stories.py

B-cubed precision, recall and F1 (Bagga and Baldwin 1998) over human clusters of 2013: the half the
weights were learned on, the other half, and all; then what joining costs a news article.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from analysis import stories
from bench.clusters import Piece, clustered, halves
from storage import joining
from storage.database import open_database
from storage.stories import Maker
from storage.tables import Article, Story
from storage.waiting import write_waiting


def placed(pieces: Sequence[Piece], folder: str) -> tuple[dict[str, int], float]:
    """Store articles as news in turn; gives their stories and the CPU seconds of joining."""
    database = open_database(f"sqlite:///{folder}/stories.db")
    keys: dict[str, int] = {}
    spent = 0.0
    for number, piece in enumerate(pieces, 1):
        moment = piece.time.astimezone(UTC)
        maker = Maker("", moment)
        with database.writing() as session:
            started = time.process_time()
            match = joining.find(session, piece.facts, moment)
            spent += time.process_time() - started
            story = match.story_id if match else number
            session.add(Story(id=number, last_seen_at=moment, article_count=0))
            session.flush()
            session.add(
                Article(id=number, source=piece.outlet, url=piece.id, canonical_url=piece.id,
                        title=piece.title, published_at=moment, first_seen_at=moment,
                        content_hash=piece.id, status="new", story_id=story)
            )  # fmt: skip
            session.flush()
            started = time.process_time()
            joining.keep(session, joining.Piece(number, number, moment), piece.facts, match, maker)
            write_waiting(session)
            spent += time.process_time() - started
        keys[piece.id] = number
    with database.reading() as session:
        found = {name: session.get_one(Article, key).story_id for name, key in keys.items()}
    database.close()
    return found, spent


def b_cubed(pieces: Sequence[Piece], found: dict[str, int]) -> tuple[float, float, float]:
    said = Counter(found[piece.id] for piece in pieces)
    true = Counter(piece.cluster for piece in pieces)
    both = Counter((found[piece.id], piece.cluster) for piece in pieces)
    right = [both[found[piece.id], piece.cluster] for piece in pieces]
    precision = sum(r / said[found[p.id]] for r, p in zip(right, pieces, strict=True)) / len(pieces)
    recall = sum(r / true[p.cluster] for r, p in zip(right, pieces, strict=True)) / len(pieces)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> None:
    pieces = clustered()
    build, check = halves(pieces)
    print(f"stories: joined from confidence {stories.JOINS_FROM}")
    for name, some in (("learned on", build), ("the other half", check), ("all", pieces)):
        with tempfile.TemporaryDirectory() as folder:
            found, spent = placed(some, str(Path(folder)))
        precision, recall, f1 = b_cubed(some, found)
        cost = spent / len(some) * 1000
        print(f"stories: {name}, {len(some)} articles; joining {cost:.2f} ms of CPU an article")
        print(f"stories: B-cubed P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")


if __name__ == "__main__":
    main()
