import pytest

from crawler.documents import Candidate
from crawler.errors import ExtractionError
from crawler.newsroom import Validators, Visit
from scheduler.intake import Archive
from storage import events
from storage.tables import Article, CandidateRow
from tests.scheduler.test_readers import page
from tests.storage.sample import DATA_LAKE, seed

FEED = "https://bennghemoi.example/rss/home.rss"
FRESH = Validators('"a"', "Fri, 28 Nov 2025 02:00:00 GMT")


@pytest.fixture
def archive(database, readers, clock):
    return Archive(database, {}, [], 0.0, readers, clock)


def candidate(number=1, **said):
    address = page(number).url
    return Candidate("bennghemoi", address, address, via=FEED, **said)


def visit(status=200, validators=FRESH, error=None):
    return Visit("bennghemoi", FEED, "feed", status, validators, error)


def row(archive, number=1):
    with archive.database.reading() as session:
        return session.get(CandidateRow, page(number).url)


async def test_unknown_source_has_no_memory(archive):
    memory = await archive.recall("bennghemoi")
    assert (memory.validators, memory.pending) == ({}, [])


async def test_what_was_discovered_is_remembered_with_its_validators(archive, clock):
    found = [candidate(1, title="Một", published_at=clock.now), candidate(2)]
    assert await archive.discovered(visit(), found) == found
    memory = await archive.recall("bennghemoi")
    assert memory.validators == {FEED: FRESH}
    assert list(memory.pending) == found


async def test_known_candidates_are_not_wanted_again(archive):
    await archive.discovered(visit(), [candidate(1)])
    both = [candidate(1), candidate(2)]
    assert await archive.discovered(visit(), both) == [candidate(2)]


async def test_failing_endpoint_is_asked_without_conditions(archive):
    await archive.discovered(visit(), [])
    await archive.discovered(visit(500, Validators(), "HTTP 500"), [])
    assert (await archive.recall("bennghemoi")).validators == {}
    await archive.discovered(visit(), [])
    assert (await archive.recall("bennghemoi")).validators == {FEED: FRESH}


async def test_page_taken_is_an_article_with_an_event(archive, clock):
    await archive.discovered(visit(), [candidate()])
    assert (await archive.take(candidate(), page())).outcome == "new"
    with archive.database.reading() as session:
        article = session.get(Article, row(archive).article_id)
        told = events.after(session, 0, 9)
    assert (article.title, article.first_seen_at) == ("Kho dữ liệu", clock.now)
    assert [(event.type, event.article_id) for event in told] == [("article.published", article.id)]
    assert (row(archive).status, (await archive.recall("bennghemoi")).pending) == ("fetched", [])


async def test_copy_of_a_seed_is_named_as_such(archive):
    archive.seeds = [seed("seed-003", DATA_LAKE)]
    await archive.discovered(visit(), [candidate()])
    assert (await archive.take(candidate(), page())).outcome == "seed_duplicate"


async def test_same_page_again_is_unchanged(archive):
    await archive.discovered(visit(), [candidate()])
    taken = [await archive.take(candidate(), page()) for _ in range(2)]
    assert [one.outcome for one in taken] == ["new", "unchanged"]


async def test_page_without_an_article_leaves_the_candidate_pending(archive):
    await archive.discovered(visit(), [candidate()])
    with pytest.raises(ExtractionError):
        await archive.take(candidate(), page(1, "<p>Bảo trì</p>"))
    assert row(archive).status == "pending"


async def test_refused_and_put_off_keep_their_reason(archive):
    await archive.discovered(visit(), [candidate(1), candidate(2)])
    await archive.refuse(candidate(1), "HTTP 410")
    await archive.put_off(candidate(2), "HTTP 503")
    assert (row(archive, 1).status, row(archive, 1).reason) == ("refused", "HTTP 410")
    assert (row(archive, 2).status, row(archive, 2).reason) == ("pending", "HTTP 503")
    assert (await archive.recall("bennghemoi")).pending == []
