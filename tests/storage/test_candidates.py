from datetime import timedelta

import pytest
from sqlmodel import select

from storage import candidates
from storage.candidates import MOST_PLACES, RETRY_PAUSES, Sighting
from storage.tables import CandidateRow, Endpoint
from tests.storage.sample import DATA_LAKE, NOW, take

URL = "https://bennghemoi.example/bai-post1.html"
FEED = "https://bennghemoi.example/rss/home.rss"
OTHER = "https://bennghemoi.example/sitemap.xml"


def shown(number=1, via=FEED, **said):
    address = f"https://bennghemoi.example/bai-post{number}.html"
    return Sighting(address, f"{address}?utm_source=rss", via, **said)


def sight(session, *sightings, now=NOW):
    return [row.canonical_url for row in candidates.sight(session, "bennghemoi", sightings, now)]


def fetched(session, *sightings):
    """Sight candidates and let the first become an article."""
    sight(session, *sightings)
    candidates.fetched(session, URL, take(session, 1, DATA_LAKE).article_id)


def due(session, now=NOW, limit=100):
    found = candidates.pending(session, "bennghemoi", now, limit)
    return [row.canonical_url for row in found]


def visit(**changes):
    plain = {"url": FEED, "source": "bennghemoi", "kind": "feed", "last_asked_at": NOW}
    plain |= {"last_status": 200, "etag": '"a"', "last_modified": "Fri, 28 Nov 2025 02:00:00 GMT"}
    return Endpoint(**(plain | changes))


def test_unknown_candidate_is_wanted_and_pending(database):
    with database.writing() as session:
        assert sight(session, shown(title="Số hóa", published_at=NOW)) == [URL]
    with database.reading() as session:
        row = candidates.pending(session, "bennghemoi", NOW, 10)[0]
    assert (row.url, row.via, row.title) == (f"{URL}?utm_source=rss", FEED, "Số hóa")
    assert (row.published_at, row.first_seen_at, row.attempts) == (NOW, NOW, 0)


def test_candidate_shown_twice_is_wanted_once(database):
    with database.writing() as session:
        assert sight(session, shown(), shown(via=OTHER)) == [URL]
        assert sight(session, shown()) == []


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        pytest.param({"updated_at": NOW}, {"updated_at": NOW}, False, id="the-same"),
        pytest.param({"updated_at": NOW}, {"updated_at": NOW + timedelta(1)}, True, id="updated"),
        pytest.param({}, {"updated_at": NOW}, True, id="updated-for-the-first-time"),
        pytest.param({"title": "Cũ"}, {"title": "Mới"}, True, id="another-title"),
        pytest.param(
            {"title": "Cũ", "updated_at": NOW},
            {"title": "Mới", "updated_at": NOW},
            False,
            id="another-title-but-not-updated",
        ),
        pytest.param({"lead": "Cũ"}, {"lead": "Mới"}, False, id="another-lead"),
        pytest.param({}, {"via": OTHER, "title": "Mới"}, False, id="another-place"),
    ],
)
def test_fetched_candidate_is_wanted_again_when_its_place_says_more(
    database, before, after, wanted
):
    with database.writing() as session:
        fetched(session, shown(**before))
        assert sight(session, shown(**after)) == ([URL] if wanted else [])
        assert due(session) == ([URL] if wanted else [])


@pytest.mark.parametrize("settle", ["refused", "failed"])
def test_candidate_that_came_to_nothing_is_wanted_when_more_is_said(database, settle):
    with database.writing() as session:
        sight(session, shown(updated_at=NOW))
        candidates.refused(session, URL, "HTTP 404")
        session.exec(select(CandidateRow)).one().status = settle
        assert sight(session, shown(updated_at=NOW)) == []
        assert sight(session, shown(updated_at=NOW + timedelta(hours=1))) == [URL]


def test_each_place_is_held_against_itself_only(database):
    with database.writing() as session:
        fetched(session, shown(title="Ở trang chủ"), shown(via=OTHER, title="Ở mục số"))
        assert sight(session, shown(title="Ở trang chủ"), shown(via=OTHER, title="Ở mục số")) == []
        assert sight(session, shown(via=OTHER, title="Tít mới")) == [URL]


def test_places_that_are_remembered_are_bounded(database):
    with database.writing() as session:
        sight(session, *(shown(via=f"{FEED}?page={n}", title="x") for n in range(99)))
        assert len(session.exec(select(CandidateRow)).one().hints) == MOST_PLACES


@pytest.mark.parametrize("settle", ["fetched", "refused"])
def test_settled_candidate_is_not_pending(database, settle):
    with database.writing() as session:
        fetched(session, shown())
        if settle == "refused":
            candidates.refused(session, URL, "robots.txt")
        assert due(session, NOW + timedelta(days=365)) == []


def test_failed_candidate_waits_longer_each_time_and_is_given_up_at_last(database):
    waits = []
    with database.writing() as session:
        sight(session, shown())
        row, now = session.exec(select(CandidateRow)).one(), NOW
        while row.status == "pending":
            waits.append(row.next_attempt_at - now)
            now = row.next_attempt_at
            candidates.failed(session, URL, f"HTTP 50{len(waits)}", now)
    assert tuple(waits) == RETRY_PAUSES
    assert (row.status, row.reason, row.attempts) == ("failed", "HTTP 504", 4)


def test_candidate_is_not_due_before_its_pause_is_over(database):
    with database.writing() as session:
        sight(session, shown())
        candidates.failed(session, URL, "HTTP 500", NOW)
        assert due(session, NOW + timedelta(minutes=4)) == []
        assert sight(session, shown()) == []
        assert due(session, NOW + timedelta(minutes=5)) == [URL]


def test_candidate_wanted_again_has_all_its_tries(database):
    with database.writing() as session:
        fetched(session, shown(updated_at=NOW))
        later = NOW + timedelta(hours=1)
        sight(session, shown(updated_at=later), now=later)
        row = session.exec(select(CandidateRow)).one()
    assert (row.status, row.attempts, row.next_attempt_at) == ("pending", 0, later)


def test_pending_ones_come_oldest_first_and_bounded(database):
    with database.writing() as session:
        for number in (3, 1, 2):
            sight(session, shown(number), now=NOW + timedelta(minutes=number))
        sight_of_another = Sighting("https://vamsong.example/x", "https://vamsong.example/x", FEED)
        candidates.sight(session, "vamsong", [sight_of_another], NOW)
        found = due(session, NOW + timedelta(hours=1), limit=2)
    assert found == [f"https://bennghemoi.example/bai-post{n}.html" for n in (1, 2)]


def test_outcome_of_an_unknown_address_is_no_error(database):
    with database.writing() as session:
        candidates.fetched(session, URL, 1)
        candidates.refused(session, URL, "HTTP 410")
        candidates.failed(session, URL, "HTTP 500", NOW)
        assert session.exec(select(CandidateRow)).all() == []


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        pytest.param({}, '"b"', id="good-answer"),
        pytest.param({"last_status": 304}, '"a"', id="not-modified"),
        pytest.param({"last_status": 500, "last_error": "HTTP 500"}, '"a"', id="server-error"),
        pytest.param({"last_error": "not a feed"}, '"a"', id="unreadable-answer"),
        pytest.param({"last_status": None, "last_error": "no answer"}, '"a"', id="no-answer"),
        pytest.param({"etag": None}, None, id="good-answer-without"),
    ],
)
def test_validators_are_kept_from_good_answers_only(database, changes, kept):
    with database.writing() as session:
        candidates.record_visit(session, visit())
        candidates.record_visit(session, visit(**({"etag": '"b"'} | changes)))
        known = candidates.endpoints(session, "bennghemoi")
    assert [endpoint.etag for endpoint in known] == [kept]
    assert known[0].last_error == changes.get("last_error")


def test_validators_and_candidates_are_one_transaction(database):
    def visit_and_fail():
        with database.writing() as session:
            sight(session, shown())
            candidates.record_visit(session, visit())
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        visit_and_fail()
    with database.reading() as session:
        assert candidates.endpoints(session, "bennghemoi") == []
        assert due(session) == []
