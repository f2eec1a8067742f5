from datetime import timedelta

import pytest

from storage import subscriptions
from storage.errors import UnknownThing
from storage.filters import Filter, from_text
from storage.tables import Subscription
from tests.storage.sample import NOW

SOON = NOW + timedelta(hours=1)


def subscription(name, **changes):
    plain = {"id": name, "kind": "mail", "address": "ban-doc@example.org", "status": "active"}
    plain |= {"schedule": "daily@07:00", "timezone": "Asia/Ho_Chi_Minh", "language": "vi"}
    plain |= {"period_from": NOW, "created_at": NOW, "filters": {"topics": ["ai"]}}
    return Subscription(**(plain | changes))


def store(database, *rows):
    with database.writing() as session:
        session.add_all(rows)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        pytest.param({}, True, id="all-alike"),
        pytest.param({"filters": {"topics": ["du-lieu"]}}, False, id="another-filter"),
        pytest.param({"schedule": "instant"}, False, id="another-schedule"),
        pytest.param({"address": "khac@example.org"}, False, id="another-address"),
        pytest.param({"kind": "webhook"}, False, id="another-kind"),
    ],
)
def test_subscription_asked_for_again_is_known(database, changes, same):
    store(database, subscription("old"), subscription("older", filters={}))
    with database.reading() as session:
        found = subscriptions.same(session, subscription("new", **changes))
    assert (found is not None and found.id == "old") == same


@pytest.mark.parametrize(
    ("status", "known"), [("pending", True), ("paused", True), ("ended", False)]
)
def test_ended_subscription_does_not_stand_in_the_way(database, status, known):
    store(database, subscription("old", status=status))
    with database.reading() as session:
        assert (subscriptions.same(session, subscription("new")) is not None) == known


def test_due_ones_are_active_and_longest_due_first(database):
    store(
        database,
        subscription("a", due_at=NOW),
        subscription("b", due_at=NOW - timedelta(hours=1)),
        subscription("c", due_at=SOON),
        subscription("d", due_at=None),
        subscription("e", due_at=NOW, status="paused"),
        subscription("f", due_at=NOW, status="pending"),
    )
    with database.reading() as session:
        assert subscriptions.due(session, NOW, 9) == ["b", "a"]
        assert subscriptions.due(session, NOW, 1) == ["b"]


@pytest.fixture
def instant_ones(database):
    """Instant subscriptions of which 'behind' alone has news to be judged, up to event 5."""
    store(
        database,
        subscription("behind", schedule="instant", position=4),
        subscription("told", schedule="instant", position=5),
        subscription("daily", position=0),
        subscription("paused", schedule="instant", status="paused"),
        subscription("waiting", schedule="instant", due_at=SOON),
    )


@pytest.mark.usefixtures("instant_ones")
def test_instant_ones_are_behind_when_there_is_something_to_judge(database):
    with database.reading() as session:
        assert subscriptions.is_any_behind(session, 5)
        assert not subscriptions.is_any_behind(session, 4)
        (found,) = subscriptions.groups_behind(session, 5)
        assert subscriptions.members(session, {found}, 5) == [("behind", found)]
        assert subscriptions.members(session, (), 5) == []
    assert (found.kind, found.position) == ("mail", 4)
    assert from_text(found.filters) == Filter(topics=("ai",))


@pytest.mark.usefixtures("instant_ones")
def test_only_those_behind_move_on(database):
    with database.writing() as session:
        subscriptions.move_on(session, 5)
    with database.reading() as session:
        positions = {each.id: each.position for each in subscriptions.everyone(session)}
    assert positions == {"behind": 5, "told": 5, "daily": 0, "paused": 0, "waiting": 0}


def test_lists_are_oldest_first(database):
    store(
        database,
        subscription("young", created_at=SOON),
        subscription("old"),
        subscription("paused", created_at=NOW - timedelta(1), status="paused"),
    )
    with database.reading() as session:
        assert subscriptions.active(session) == ["old", "young"]
        everyone = [row.id for row in subscriptions.everyone(session)]
    assert everyone == ["paused", "old", "young"]


def test_unknown_subscription_is_named(database):
    with database.reading() as session, pytest.raises(UnknownThing, match="no subscription abc"):
        subscriptions.get(session, "abc")


def test_ids_cannot_be_guessed():
    made = {subscriptions.new_id() for _ in range(100)}
    assert len(made) == 100
    assert {len(name) for name in made} == {16}
