from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage import backfills, candidates, events, runs, snapshots
from storage.backfill_tables import Backfill, BackfillPlace
from storage.batches import Part, articles_after
from storage.candidates import Sighting
from storage.retention import RULES, count, let_go, limits
from storage.runs import Run
from storage.signups import SignUp
from storage.snapshots import pack
from storage.tables import (
    Article,
    Attempt,
    CandidateRow,
    Delivery,
    Event,
    Revision,
    Shingle,
    Snapshot,
    SourceDay,
    Subscription,
)
from tests.storage.sample import DATA_LAKE, DATA_LAKE_EDITED, FLOOD, NOW, judged, take
from tests.storage.test_outbox import delivery, subscription
from tests.storage.test_snapshots import PAGE

DAY = timedelta(days=1)
OFF = judged(FLOOD, relevant=False)


def prune(database, at=NOW + 91 * DAY, days=90):
    """Let everything go that may; gives how much of what."""
    gone = dict.fromkeys(RULES, 0)
    for name, rule in RULES.items():
        with database.writing() as session:
            expected = count(session, rule, limits(at, days))
        batch = rule.batch
        while batch == rule.batch:
            with database.writing() as session:
                batch = let_go(session, rule, limits(at, days))
            gone[name] += batch
        assert gone[name] == expected
    return {name: n for name, n in gone.items() if n}


def all_of(database, table):
    with database.reading() as session:
        return session.exec(select(table).order_by(*table.__table__.primary_key)).all()


@pytest.fixture
def off_topic(database):
    """An off-topic article, revised once, with its page, and a copy of it."""
    with database.writing() as session:
        take(session, 1, FLOOD + "\n\nĐoạn này bị bỏ.", OFF)
        key = take(session, 1, FLOOD, OFF, title="Ngập ở Thủ Đức").article_id
        snapshots.keep(session, key, pack([PAGE], NOW))
        assert take(session, 2, FLOOD, OFF, source="nhipphosong").outcome == "exact_duplicate"
    return database


def test_off_topic_text_goes_after_its_days_with_all_that_is_made_of_it(off_topic):
    assert prune(off_topic) == {"off_topic_texts": 1}
    found = all_of(off_topic, Article)
    assert [(each.text, each.status) for each in found] == [
        ("", "off_topic"), ("", "exact_duplicate")
    ]  # fmt: skip
    assert found[0].search == " ngap o thu duc |  |  "
    assert [all_of(off_topic, table) for table in (Shingle, Revision, Snapshot)] == [[], [], []]


def test_score_and_evidence_of_an_off_topic_article_stay(off_topic):
    prune(off_topic)
    article = all_of(off_topic, Article)[0]
    assert (article.relevance, article.content_hash) == (0.1, OFF.fingerprint.content_hash)
    assert article.evidence


def test_off_topic_text_stays_for_its_days(off_topic):
    assert prune(off_topic, at=NOW + 89 * DAY) == {}
    assert all_of(off_topic, Article)[0].text


def test_news_and_its_shingles_stay_for_good(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
    before = len(all_of(database, Shingle))
    assert prune(database, at=NOW + 4000 * DAY) == {}
    assert len(all_of(database, Shingle)) == before > 0
    with database.writing() as session:
        assert take(session, 2, DATA_LAKE, source="nhipphosong").outcome == "exact_duplicate"
        assert take(session, 3, DATA_LAKE_EDITED, source="sggp").outcome == "near_duplicate"


def test_forgotten_article_is_known_again_by_its_address_and_by_its_words(off_topic):
    prune(off_topic)
    with off_topic.writing() as session:
        assert take(session, 1, FLOOD, OFF).outcome == "unchanged"
        assert take(session, 3, FLOOD, OFF, source="sggp").outcome == "exact_duplicate"
    assert all_of(off_topic, Event) == []


def test_forgotten_article_that_becomes_news_is_told_once(off_topic):
    prune(off_topic)
    text_now = f"{FLOOD}\n\nThành phố dùng dữ liệu số."
    with off_topic.writing() as session:
        take(session, 1, text_now, judged(text_now))
        take(session, 1, text_now, judged(text_now))
    article = all_of(off_topic, Article)[0]
    assert (article.status, article.text) == ("new", text_now)
    assert [event.type for event in all_of(off_topic, Event)] == ["article.published"]
    assert all_of(off_topic, Revision) == []


def test_copy_under_a_clearer_title_gives_a_forgotten_article_its_text_back(off_topic):
    prune(off_topic)
    with off_topic.writing() as session:
        take(session, 3, FLOOD, judged(FLOOD), source="sggp", title="Chuyển đổi số")
        assert take(session, 4, FLOOD + " Thêm.", source="baodautu").outcome == "near_duplicate"
    article = all_of(off_topic, Article)[0]
    assert (article.status, article.text) == ("new", FLOOD)
    assert article.search.startswith(" ngap o thu duc |  | ")


def test_forgotten_articles_are_not_judged_anew(off_topic):
    prune(off_topic)
    with off_topic.writing() as session:
        key = take(session, 3, DATA_LAKE).article_id
        assert [row.id for row, _ in articles_after(session, 0, Part(), 9)] == [key]


def test_kept_pages_go_after_their_days_whatever_the_article_is(database):
    with database.writing() as session:
        for number, (body, age) in enumerate(((DATA_LAKE, 0), (FLOOD, 60)), start=1):
            key = take(session, number, body).article_id
            snapshots.keep(session, key, pack([PAGE], NOW + age * DAY))
    assert prune(database) == {"pages": 1}
    assert [row.article_id for row in all_of(database, Snapshot)] == [2]


@pytest.fixture
def books(database):
    """A subscription with a delivery in each status, and attempts."""
    with database.writing() as session:
        session.add(subscription("sub-1"))
        session.flush()
        for number, status in enumerate(("pending", "sending", "retrying", "done", "dead")):
            session.add(delivery(number, status=status, attempts=1))
            session.flush()
            session.add(Attempt(delivery_id=f"dlv-{number}", number=1, started_at=NOW))
    return database


def test_finished_deliveries_go_and_what_waits_stays(books):
    assert prune(books) == {"deliveries": 2}
    assert {row.status for row in all_of(books, Delivery)} == {"pending", "sending", "retrying"}
    assert len(all_of(books, Attempt)) == 3


def test_what_was_told_stays_for_two_months_however_short_the_retention(books):
    """A digest says 'further on a story you know' by these."""
    assert prune(books, at=NOW + 59 * DAY, days=1) == {}
    assert prune(books, at=NOW + 61 * DAY, days=1) == {"deliveries": 2}


def reader(name, **changes):
    known = subscription(name)
    for key, value in ({"status": "pending"} | changes).items():
        setattr(known, key, value)
    return known


def test_readers_who_never_confirmed_are_forgotten_with_their_mails(database):
    with database.writing() as session:
        session.add(reader("sub-1"))
        session.flush()
        session.add(delivery(1, status="done", type="confirmation", attempts=1))
        session.flush()
        session.add(Attempt(delivery_id="dlv-1", number=1, started_at=NOW))
    assert prune(database, at=NOW + 13 * DAY) == {}
    assert prune(database, at=NOW + 15 * DAY) == {"unconfirmed": 1}
    assert [all_of(database, table) for table in (Subscription, Delivery, Attempt)] == [[], [], []]


def test_readers_who_were_asked_again_have_their_time_anew(database):
    with database.writing() as session:
        session.add(reader("sub-1"))
        session.flush()
        session.add(delivery(1, status="done", created_at=NOW + 10 * DAY))
    assert prune(database, at=NOW + 15 * DAY) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "active", "confirmed_at": NOW},
        {"status": "paused", "confirmed_at": NOW},
        {"status": "ended", "confirmed_at": NOW},
        {"status": "active"},
        {"kind": "webhook", "status": "ended"},
    ],
)
def test_other_subscriptions_stay(database, changes):
    with database.writing() as session:
        session.add(reader("sub-1", **changes))
    assert prune(database) == {}


@pytest.fixture
def told(database):
    """Announcements of an article, and an outlet that fell silent, all long ago."""
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
        events.publish(session, "source.silent", NOW, data={"source": "sggp"})
    return database


def test_announcements_stay_for_those_who_ask_for_what_was(told):
    assert prune(told) == {"events": 1}
    assert [event.type for event in all_of(told, Event)] == ["article.published"]


def test_events_stay_that_a_paused_subscription_has_yet_to_hear_of(told):
    with told.writing() as session:
        session.add(reader("sub-1", status="paused", confirmed_at=NOW, position=1))
    assert prune(told) == {}
    with told.writing() as session:
        session.add(reader("sub-2", status="active", confirmed_at=NOW, position=2))
        session.get(Subscription, "sub-1").status = "ended"
    assert prune(told) == {"events": 1}


def test_reports_counts_by_day_and_sign_ups_go(database):
    with database.writing() as session:
        for name, at in (("old", NOW), ("new", NOW + 60 * DAY)):
            runs.record(session, name, at, 1.0, {})
            session.add(SourceDay(source="sggp", day=at.date(), counts={"new": 1}))
            session.add(SignUp(at=at, client="c", mailbox="m", mailed=True))
    assert prune(database) == {"runs": 1, "source_days": 1, "sign_ups": 2}
    assert [row.id for row in all_of(database, Run)] == ["new"]


def test_what_is_more_than_a_batch_goes_in_several(database):
    with database.writing() as session:
        for number in range(3):
            runs.record(session, f"run-{number}", NOW, 1.0, {})
        rule = replace(RULES["runs"], batch=2)
        before = limits(NOW + 91 * DAY, 90)
        assert [let_go(session, rule, before) for _ in range(3)] == [2, 1, 0]


def test_old_texts_are_found_by_an_index_that_holds_nothing_else(sqlite_database):
    query = RULES["off_topic_texts"].keys(limits(NOW, 90)).limit(50)
    with sqlite_database.reading() as session:
        plan = session.execute(
            text(f"EXPLAIN QUERY PLAN {query.compile(compile_kwargs={'literal_binds': True})}")
        ).all()
    assert [row[3] for row in plan] == [
        "SEARCH article USING INDEX ix_article_ageing (first_seen_at<?)"
    ]


def settled(database, **changes):
    """A candidate that became the article at its address."""
    with database.writing() as session:
        article = take(session, 1, DATA_LAKE)
        key = session.get_one(Article, article.article_id)
        sighting = Sighting(key.canonical_url, key.url, "feed")
        candidates.sight(session, key.source, [sighting], NOW)
        candidates.fetched(session, key.canonical_url, article.article_id)
        for name, value in changes.items():
            setattr(session.get_one(CandidateRow, key.canonical_url), name, value)
    return sighting, key


def test_addresses_settled_long_ago_go_and_their_articles_stay(database):
    settled(database)
    assert prune(database, NOW + 59 * DAY, days=1) == {}
    assert prune(database, NOW + 61 * DAY, days=1) == {"candidates": 1}
    assert len(all_of(database, Article)) == 1


@pytest.mark.parametrize("status", ["pending", "waiting", "held"])
def test_addresses_that_wait_to_be_fetched_stay_however_old(database, status):
    settled(database, status=status)
    assert prune(database) == {}


def test_article_whose_address_was_let_go_is_not_fetched_again(database):
    sighting, article = settled(database)
    prune(database)
    with database.writing() as session:
        assert candidates.sight(session, article.source, [sighting], NOW + 91 * DAY) == []
    row = all_of(database, CandidateRow)[0]
    assert (row.status, row.article_id, row.first_seen_at) == ("fetched", article.id, NOW)
    fresh = replace(sighting, title="Tít mới")
    with database.writing() as session:
        assert candidates.sight(session, article.source, [fresh], NOW + 92 * DAY) != []


def test_finished_backfills_go_but_the_newest_and_none_that_is_not(database):
    days = NOW.date(), NOW.date()
    with database.writing() as session:
        for status in ("done", "done", "stuck", "done"):
            one, _ = backfills.begin(session, "sggp", days, NOW)
            one.status, one.ended_at = status, NOW
            one.source = f"bao-{one.id}"
            backfills.add_places(session, [
                BackfillPlace(backfill_id=one.id, url="https://x.example/1.xml", kind="sitemap",
                              next_at=NOW)
            ])  # fmt: skip
    assert prune(database) == {"backfill_places": 3, "backfills": 2}
    assert [row.id for row in all_of(database, Backfill)] == [3, 4]
    assert [row.backfill_id for row in all_of(database, BackfillPlace)] == [3]
