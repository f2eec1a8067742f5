from datetime import UTC, datetime, timedelta

import pytest

from crawler.documents import Candidate, Document
from crawler.newsroom import Taken
from scheduler.refereeing import ONE_IN, REST, Sample, taken

NOON = datetime(2025, 11, 28, 5, 0, tzinfo=UTC)
EARLIER = NOON - timedelta(hours=1)


def candidate(number, source="a"):
    address = f"https://{source}.example/bai-post{number}.html"
    return Candidate(source, address, address)


def document(**changes):
    origins = {"text": "selector", "published_at": "jsonld"} | changes.pop("origins", {})
    plain = {"source": "a", "url": "u", "canonical_url": "u", "title": "t", "lead": "", "text": "x"}
    return Document(**(plain | {"authors": ("An",)} | changes), origins=origins)


def test_first_page_of_a_source_on_a_day_is_refereed():
    sample = Sample()
    one, other = [n for n in range(200) if not Sample({"a": EARLIER}).picks(candidate(n), NOON)][:2]
    assert [sample.picks(candidate(n), NOON) for n in (one, other)] == [True, False]
    assert sample.picks(candidate(one, "b"), NOON)
    assert not sample.picks(candidate(one), NOON + timedelta(hours=11))
    assert sample.picks(candidate(one), NOON + timedelta(hours=13))  # Vietnam's next day


def test_one_page_in_fifty_is_refereed_after_that():
    picked = sum(Sample({"a": EARLIER}).picks(candidate(number), NOON) for number in range(10_000))
    assert picked == pytest.approx(10_000 / ONE_IN, rel=0.25)


def test_of_pages_that_come_at_once_only_one_is_refereed():
    sample = Sample({"a": EARLIER})
    picked = [n for n in range(1_000) if sample.picks(candidate(n), NOON)]
    assert len(picked) == 1
    assert sample.picks(candidate(picked[0]), NOON + REST)


def test_pick_is_the_same_whoever_picks():
    picks = [
        [Sample({"a": EARLIER}).picks(candidate(number), NOON) for number in range(300)]
        for _ in range(2)
    ]
    assert picks[0] == picks[1]


@pytest.mark.parametrize(
    ("read", "said"),
    [
        pytest.param(document(), Taken("new", "selector"), id="whole"),
        pytest.param(
            document(agreement=0.4), Taken("new", "selector", agreement=0.4), id="refereed"
        ),
        pytest.param(document(authors=()), Taken("new", "selector", signed=False), id="unsigned"),
        pytest.param(
            document(origins={"published_at": "feed"}), Taken("new", "selector", dated=False),
            id="dated-by-its-feed-only",
        ),
        pytest.param(
            document(origins={"text": "layout"}), Taken("new", "layout"), id="by-layout"
        ),
    ],
)  # fmt: skip
def test_reading_tells_how_well_a_page_could_be_read(read, said):
    assert taken("new", read, NOON) == said


@pytest.mark.parametrize(
    ("published", "age"),
    [
        pytest.param(NOON - timedelta(minutes=7), timedelta(minutes=7), id="with-its-time"),
        pytest.param(datetime(2025, 11, 27, 17, 0, tzinfo=UTC), None, id="only-a-day"),
        pytest.param(None, None, id="without-a-date"),
    ],
)
def test_reading_tells_how_old_an_article_was_when_stored(published, age):
    assert taken("new", document(published_at=published), NOON).age == age
