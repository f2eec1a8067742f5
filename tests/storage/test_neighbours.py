from itertools import pairwise

import pytest
from sqlmodel import col, func, select

from analysis.copies import Piece
from analysis.fingerprints import fingerprint, sample
from storage import neighbours
from storage.neighbours import COMMON, MOST_CANDIDATES
from storage.tables import Shingle
from storage.waiting import waiting
from tests.storage.sample import DATA_LAKE, DATA_LAKE_EDITED, FLOOD, TWIN_CITY, seed, take


def words(number, count=300):
    """A text of its own: no four syllables of it stand in a text of another number."""
    return " ".join(f"{number}x{place}" for place in range(count))


def nearest(session, text):
    return next(iter(neighbours.alike(session, Piece(fingerprint(text)))), None)


def candidates(session, text):
    return neighbours.likely(session, Piece(fingerprint(text)))


def fill_with(session, text, count):
    """Store unlike articles whose samples hold all hashes of a text."""
    shared = sample(fingerprint(text))
    for number in range(count):
        known = take(session, 1000 + number, words(number, 40)).article_id
        session.add_all(Shingle(hash=value, article_id=known) for value in shared)
    session.flush()


def test_edited_copy_is_found_with_its_similarity(database):
    with database.writing() as session:
        known = take(session, 1, DATA_LAKE)
        take(session, 2, FLOOD)
        near = nearest(session, DATA_LAKE_EDITED)
    assert (near.article.id, near.comparison.verdict) == (known.article_id, "copy")
    assert 0.8 <= near.comparison.similarity <= 1


@pytest.mark.parametrize("text", [TWIN_CITY, "", "Một dòng"], ids=["other", "empty", "short"])
def test_text_that_is_like_none_has_no_neighbour(database, text):
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
        take(session, 2, FLOOD)
        assert nearest(session, text) is None


def test_most_alike_of_several_copies_is_given(database):
    halves = DATA_LAKE.split("\n\n")
    with database.writing() as session:
        take(session, 1, "\n\n".join(halves[:-1]))
        whole = take(session, 2, DATA_LAKE)
        near = nearest(session, DATA_LAKE)
    assert near.article.id == whole.article_id


def test_short_text_keeps_one_in_four(database):
    brief = " ".join(DATA_LAKE.split()[:120])
    with database.writing() as session:
        take(session, 1, brief)
        kept = session.exec(select(func.count()).select_from(Shingle)).one()
    assert 117 / 8 < kept < 117 / 2


def test_one_in_sixteen_shingles_is_kept(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
        kept = session.exec(select(func.count()).select_from(Shingle)).one()
    assert kept == len(sample(fingerprint(DATA_LAKE)))
    assert 0 < kept < len(fingerprint(DATA_LAKE).shingles) / 8


@pytest.mark.parametrize(
    ("holders", "count"),
    [
        pytest.param(COMMON - 1, MOST_CANDIDATES, id="just-rare-enough"),
        pytest.param(COMMON + 1, 0, id="stock-phrase"),
    ],
)
def test_hashes_that_too_many_have_are_passed_over(database, holders, count):
    with database.writing() as session:
        fill_with(session, FLOOD, holders)
        found = candidates(session, FLOOD)
    assert len(found) == count


def test_copies_that_arrive_in_one_transaction_see_each_other_before_they_are_written(database):
    with database.writing() as session:
        known = take(session, 1, DATA_LAKE)
        rows = waiting(session, neighbours._write)
        taken = take(session, 2, DATA_LAKE_EDITED)
    assert {article for _, article in rows} == {known.article_id}
    assert taken.outcome == "near_duplicate"


@pytest.mark.parametrize(("holders", "found"), [(COMMON - 1, True), (COMMON, False)])
def test_what_waits_counts_towards_a_stock_phrase(database, holders, found):
    with database.writing() as session:
        fill_with(session, FLOOD, holders)
        known = take(session, 1, words(1, 40)).article_id
        neighbours.index(session, known, Piece(fingerprint(FLOOD)))
        assert bool(candidates(session, FLOOD)) == found


def test_copy_is_found_although_part_of_it_is_a_stock_phrase(database):
    phrase = words(5000, 200)
    with database.writing() as session:
        fill_with(session, phrase, COMMON + 5)
        known = take(session, 1, f"{DATA_LAKE}\n\n{phrase}")
        taken = take(session, 2, f"{DATA_LAKE_EDITED}\n\n{phrase}")
    assert known.outcome == "new"
    assert taken.outcome == "near_duplicate"


@pytest.mark.parametrize(
    ("count", "one", "other", "enough"),
    [
        pytest.param(2, 500, 600, False, id="two of a long text's thirty"),
        pytest.param(8, 500, 600, True, id="a half of them, with bad luck"),
        pytest.param(1, 120, 600, True, id="one of a short text's eight"),
        pytest.param(1, 120, 130, False, id="one of thirty where both are short"),
        pytest.param(0, 0, 30, True, id="no words, but the headline"),
    ],
)
def test_what_shares_too_few_of_the_sample_is_not_compared(count, one, other, enough):
    assert neighbours._may_be_related(count, one, other) == enough


def test_candidates_with_most_in_common_come_through(database):
    with database.writing() as session:
        fill_with(session, FLOOD, MOST_CANDIDATES * 2)
        known = take(session, 1, f"{FLOOD}\n\n{DATA_LAKE}")
        near = nearest(session, f"{FLOOD}\n\n{DATA_LAKE_EDITED}")
    assert near.article.id == known.article_id


def test_seed_most_alike_is_named():
    halves = DATA_LAKE.split("\n\n")
    seeds = [seed("seed-000", FLOOD), seed("seed-001", "\n\n".join(halves[1:])),
             seed("seed-002", DATA_LAKE)]  # fmt: skip
    known, comparison = neighbours.known_seed(fingerprint(DATA_LAKE), seeds)
    assert (known.id, comparison.similarity) == ("seed-002", 1.0)


def test_seeds_of_the_newsroom_are_not_taken_for_each_other():
    texts = (DATA_LAKE, FLOOD, TWIN_CITY)
    for one, other in [*pairwise(texts), (TWIN_CITY, DATA_LAKE)]:
        assert neighbours.known_seed(fingerprint(one), [seed("seed-000", other)]) is None


def test_shingles_fit_the_databases_integers(database):
    with database.reading() as session:
        assert session.exec(select(func.max(col(Shingle.hash)))).one() is None
    assert max(fingerprint(DATA_LAKE).shingles) < 2**63
