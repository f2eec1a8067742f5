from datetime import timedelta

import pytest

from storage import candidates, polling, push
from storage.tables import Endpoint, Push
from tests.storage.sample import NOW

FEED = "https://bao.example/rss"


def endpoint(url=FEED, kind="feed", hub="https://hub.example/", **more):
    visit = {"last_status": 200, "last_asked_at": NOW, "topic": url} | more
    return Endpoint(url=url, source="bao", kind=kind, hub=hub, **visit)


def subscription(**more):
    described = {
        "endpoint": FEED, "source": "bao", "hub": "https://hub.example/", "topic": FEED,
        "token": "the", "secret": "bi-mat", "asked_at": NOW,
    }  # fmt: skip
    return Push(**described | more)


@pytest.fixture
def session(database):
    with database.writing() as opened:
        yield opened


def test_feeds_that_name_a_hub_are_offered_with_their_subscription(session):
    for row in (endpoint(), endpoint("https://b/", hub=None), endpoint("https://c/", "listing")):
        candidates.record_visit(session, row)
    ((feed, none),) = push.offers(session)
    assert (feed.url, none) == (FEED, None)
    push.asked(session, subscription())
    ((_, known),) = push.offers(session)
    assert known.token == "the"


def test_hub_is_kept_when_nothing_has_changed_and_forgotten_when_it_is_named_no_more(session):
    candidates.record_visit(session, endpoint())
    candidates.record_visit(session, endpoint(hub=None, topic=None, last_status=304))
    assert len(push.offers(session)) == 1
    candidates.record_visit(session, endpoint(hub=None, topic=None))
    assert push.offers(session) == []


def test_subscription_asked_for_anew_takes_the_place_of_the_one_before(session):
    push.asked(session, subscription())
    push.asked(session, subscription(token="moi"))
    assert push.by_token(session, "the") is None
    assert push.by_token(session, "moi").endpoint == FEED


def test_what_becomes_of_a_subscription_is_kept(session):
    push.asked(session, subscription())
    push.granted(session, FEED, NOW + timedelta(days=1))
    push.heard(session, FEED, NOW + timedelta(hours=1))
    known = push.by_token(session, "the")
    assert (known.status, known.lease_until) == ("active", NOW + timedelta(days=1))
    assert known.heard_at == NOW + timedelta(hours=1)
    push.refused(session, FEED, "HTTP 410")
    assert (known.status, known.reason) == ("refused", "HTTP 410")


def test_source_is_woken_at_once_or_after_a_pause_but_never_later_than_planned(session):
    polling.register(session, {"bao": ("Báo", "press")}, NOW)
    minute = timedelta(minutes=1)
    state = polling.states(session)["bao"]
    state.next_check_at = NOW + timedelta(hours=6)
    polling.wake(session, "bao", NOW, minute)
    assert state.next_check_at == NOW
    polling.checked(session, "bao", NOW, new=0, error=None, pause=timedelta(hours=6))
    polling.wake(session, "bao", NOW + timedelta(seconds=20), minute)
    assert state.next_check_at == NOW + minute
    polling.wake(session, "bao", NOW + timedelta(hours=2), minute)
    assert state.next_check_at == NOW + minute


def test_unknown_source_is_not_woken(session):
    polling.wake(session, "khac", NOW, timedelta(minutes=1))
    assert polling.states(session) == {}
