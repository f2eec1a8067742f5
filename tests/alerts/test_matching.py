import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts import links, lookups, matching
from alerts.matching import ask_to_confirm, prepare, preview, say_hello
from analysis.judgement import TopicTag
from storage import events, outbox, subscriptions
from tests.alerts.archive import SENDER, position, prepared, subscribe, webhook
from tests.storage.sample import (
    DATA_LAKE,
    FLOOD,
    NOW,
    TOPIC,
    TWIN_CITY,
    judged,
    take,
)

AI = TopicTag("ai", "Trí tuệ nhân tạo", 0.7)


def publish(database, number, text, **how):
    tags = how.pop("topics", (TOPIC,))
    with database.writing() as session:
        take(session, number, text, judged(text, topics=tags), **how)


def titles(delivery):
    """The headlines of a digest webhook."""
    stories = json.loads(delivery.payload["body"])["data"]["stories"]
    return [story["articles"][0]["title"] for story in stories]


def test_news_since_the_last_time_become_one_digest(database):
    subscribe(database)
    publish(database, 1, DATA_LAKE, title="Kho dữ liệu dùng chung")
    publish(database, 2, FLOOD, title="Cảm biến báo ngập")
    (delivery,) = prepared(database)
    assert (delivery.type, delivery.status, delivery.due_at) == ("digest.published", "pending", NOW)
    for part in ("text", "html"):
        assert "Kho dữ liệu dùng chung" in delivery.payload[part]
        assert "Cảm biến báo ngập" in delivery.payload[part]
    assert (delivery.first_event, delivery.last_event, position(database)) == (1, 2, 2)


def test_prepared_again_there_is_nothing_to_tell(database):
    subscribe(database)
    publish(database, 1, DATA_LAKE)
    assert len(prepared(database)) == 1
    assert prepared(database) == []
    with database.reading() as session:
        assert len(outbox.find(session)) == 1


def test_what_comes_later_is_told_alone(database):
    webhook(database, schedule="daily@07:00")
    publish(database, 1, DATA_LAKE, title="Cũ")
    prepared(database)
    publish(database, 2, FLOOD, title="Mới")
    (delivery,) = prepared(database, now=NOW + timedelta(days=1))
    assert titles(delivery) == ["Mới"]
    period = json.loads(delivery.payload["body"])["data"]["period"]
    assert period == {"from": "2025-11-28T09:00:00+07:00", "to": "2025-11-29T09:00:00+07:00"}


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        pytest.param({}, ["Một", "Hai"], id="none"),
        pytest.param({"topics": ["ai"]}, ["Hai"], id="topic"),
        pytest.param({"sources": ["bennghemoi"]}, ["Một"], id="source"),
        pytest.param({"kinds": ["official"]}, ["Hai"], id="kind"),
        pytest.param({"query": "ban sao so"}, ["Hai"], id="query"),
        pytest.param({"min_relevance": 0.95}, [], id="relevance"),
    ],
)
def test_filter_narrows_what_is_told(database, filters, told):
    webhook(database, schedule="daily@07:00", filters=filters)
    publish(database, 1, DATA_LAKE, title="Một", published_at=NOW)
    earlier = NOW - timedelta(hours=1)
    publish(database, 2, TWIN_CITY + " Bản sao số.", title="Hai", published_at=earlier,
            source="vamsong", topics=(AI,))  # fmt: skip
    assert [titles(delivery) for delivery in prepared(database)] == ([told] if told else [])
    assert position(database) == 2


def test_copies_of_other_outlets_are_told_beside_the_first(database):
    webhook(database, schedule="daily@07:00")
    subscribe(database, "sub-2")
    publish(database, 1, DATA_LAKE, title="Kho dữ liệu")
    publish(database, 2, DATA_LAKE, source="nhipphosong")
    (call,), (mail,) = prepared(database), prepared(database, "sub-2")
    (story,) = json.loads(call.payload["body"])["data"]["stories"]
    assert [(a["source"], a["status"]) for a in story["articles"]] == [
        ("bennghemoi", "new"), ("nhipphosong", "exact_duplicate"),
    ]  # fmt: skip
    assert mail.payload["text"].count("Kho dữ liệu") == 1
    assert "Nhịp Phố Sông" in mail.payload["text"]


def test_off_topic_articles_and_copies_alone_are_not_told(database):
    subscribe(database)
    publish(database, 1, DATA_LAKE)
    prepared(database)
    publish(database, 2, DATA_LAKE, source="nhipphosong")
    with database.writing() as session:
        take(session, 3, FLOOD, judged(FLOOD, relevant=False, topics=(TOPIC,)))
    assert prepared(database) == []


def test_instant_webhook_gets_a_call_for_each_event(database):
    webhook(database)
    publish(database, 1, DATA_LAKE, title="Một")
    publish(database, 2, FLOOD, title="Hai")
    publish(database, 1, TWIN_CITY, title="Một, viết lại")
    calls = [(call.type, json.loads(call.payload["body"])) for call in prepared(database)]
    assert [(type_, body["data"]["title"]) for type_, body in calls] == [
        ("article.published", "Một, viết lại"),
        ("article.published", "Hai"),
        ("article.revised", "Một, viết lại"),
    ]
    assert all(body["type"] == type_ for type_, body in calls)
    assert calls[0][1]["timestamp"] == "2025-11-28T09:00:00+07:00"


def test_instant_mail_is_a_digest(database):
    subscribe(database, schedule="instant", due_at=None)
    publish(database, 1, DATA_LAKE)
    publish(database, 2, FLOOD)
    assert [delivery.type for delivery in prepared(database)] == ["digest.published"]


def test_article_published_and_revised_at_once_is_told_once(database):
    webhook(database, schedule="daily@07:00")
    publish(database, 1, DATA_LAKE, title="Cũ")
    publish(database, 1, TWIN_CITY, title="Mới")
    assert [titles(delivery) for delivery in prepared(database)] == [["Mới"]]


def test_events_of_unknown_kinds_only_move_the_position(database):
    webhook(database)
    with database.writing() as session:
        events.publish(session, "source.renamed", NOW, data={"source": "vamsong"})
    assert prepared(database) == []
    assert position(database) == 1


def drift(database, source="vamsong"):
    """A source whose pages have changed."""
    reason = {"why": "missed", "bad": 3, "of": 4}
    with database.writing() as session:
        data = {"source": source, "reason": reason, "since": NOW.isoformat()}
        events.publish(session, "source.drift", NOW, data=data)


def test_instant_webhook_is_told_how_a_source_fares_in_its_language(database):
    webhook(database, language="vi", timezone="UTC")
    drift(database)
    (call,) = prepared(database)
    assert (call.type, call.first_event) == ("source.drift", 1)
    assert json.loads(call.payload["body"]) == {
        "type": "source.drift",
        "timestamp": "2025-11-28T02:00:00+00:00",
        "data": {
            "source": "vamsong",
            "reason": "bộ chọn riêng của báo không tìm thấy phần nội dung trên 3/4 trang",
            "since": "2025-11-28T02:00:00+00:00",
        },
    }


def test_calls_on_articles_and_sources_keep_the_order_of_events(database):
    webhook(database)
    publish(database, 1, DATA_LAKE)
    drift(database)
    publish(database, 2, FLOOD)
    types = [call.type for call in prepared(database)]
    assert types == ["article.published", "source.drift", "article.published"]


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        pytest.param({"sources": ["vamsong", "nhipphosong"]}, True, id="its-source"),
        pytest.param({"sources": ["nhipphosong"]}, False, id="another-source"),
        pytest.param({"kinds": ["official"]}, True, id="its-kind"),
        pytest.param({"kinds": ["press"]}, False, id="another-kind"),
        pytest.param({"min_relevance": 0.9}, True, id="relevance-is-of-articles"),
        pytest.param({"topics": ["ai"]}, False, id="topic"),
        pytest.param({"entities": ["org-so-khcn"]}, False, id="entity"),
        pytest.param({"query": "dữ liệu"}, False, id="query"),
    ],
)
def test_source_is_told_of_unless_the_filter_excludes_it(database, filters, told):
    webhook(database, filters=filters)
    drift(database)
    assert [call.type for call in prepared(database)] == (["source.drift"] if told else [])
    assert position(database) == 1


@pytest.mark.parametrize(
    "subscription",
    [
        pytest.param({"kind": "mail", "schedule": "instant"}, id="instant-mail"),
        pytest.param({"kind": "mail", "schedule": "daily@07:00"}, id="digest-mail"),
        pytest.param({"kind": "webhook", "schedule": "daily@07:00"}, id="digest-webhook"),
    ],
)
def test_digests_are_of_news_only(database, subscription):
    subscribe(database, **subscription)
    drift(database)
    assert prepared(database) == []
    assert position(database) == 1


def test_far_behind_subscription_gets_several_deliveries(database, monkeypatch):
    monkeypatch.setattr(lookups, "MOST_EVENTS", 2)
    webhook(database, schedule="daily@07:00")
    for number, text in enumerate((DATA_LAKE, FLOOD, TWIN_CITY)):
        publish(database, number, text)
    assert [len(titles(delivery)) for delivery in prepared(database)] == [2, 1]
    assert position(database) == 3


@pytest.mark.parametrize("kind", ["mail", "webhook"])
def test_stories_that_a_digest_has_no_room_for_come_in_further_ones(database, monkeypatch, kind):
    monkeypatch.setattr(matching, "MAX_ENTRIES", 2)
    subscribe(database, kind=kind)
    for number, text in enumerate((DATA_LAKE, FLOOD, TWIN_CITY)):
        publish(database, number, text, title=f"Tin {number}")
    made = prepared(database)
    told = [article for delivery in made for article in delivery.articles]
    assert (len(made), sorted(told)) == (2, [1, 2, 3])
    with database.reading() as session:
        assert len(outbox.find(session)) == 2


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        pytest.param("daily@07:00", datetime(2025, 11, 29, 0, 0, tzinfo=UTC), id="daily"),
        pytest.param("hourly", datetime(2025, 11, 28, 3, 0, tzinfo=UTC), id="hourly"),
        pytest.param("instant", None, id="instant"),
    ],
)
def test_next_time_is_set_whether_or_not_there_was_news(database, schedule, due):
    subscribe(database, schedule=schedule)
    assert prepared(database) == []
    with database.reading() as session:
        assert subscriptions.get(session, "sub-1").due_at == due


def test_failure_leaves_position_and_outbox_as_they_were(database):
    subscribe(database)
    publish(database, 1, DATA_LAKE)

    def prepare_and_fail():
        with database.writing() as session:
            assert prepare(session, subscriptions.get(session, "sub-1"), SENDER, NOW)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        prepare_and_fail()
    assert position(database) == 0
    assert len(prepared(database)) == 1


def test_preview_changes_nothing(database):
    subscribe(database)
    publish(database, 1, DATA_LAKE, title="Kho dữ liệu")
    with database.writing() as session:
        digest = preview(session, subscriptions.get(session, "sub-1"), NOW)
        assert outbox.find(session) == []
    assert [entry.headline.title for entry in digest.entries] == ["Kho dữ liệu"]
    assert position(database) == 0


def test_mail_links_are_signed_for_its_subscription(database):
    subscribe(database)
    publish(database, 1, DATA_LAKE)
    (delivery,) = prepared(database)
    token = delivery.payload["unsubscribe_url"].rsplit("/", 1)[-1]
    assert links.read(SENDER.secret_key, "unsubscribe", token) == "sub-1"


def test_confirmation_asks_and_is_no_list_mail(database):
    subscribe(database, status="pending")
    with database.writing() as session:
        asked = ask_to_confirm(session, subscriptions.get(session, "sub-1"), SENDER, NOW)
        delivery = outbox.get(session, asked)
    assert (delivery.type, delivery.status) == ("confirmation", "pending")
    assert "https://diembao.example.org/confirm/" in delivery.payload["text"]
    assert "unsubscribe_url" not in delivery.payload


def test_test_message_leaves_the_position(database):
    subscribe(database)
    publish(database, 1, DATA_LAKE)
    with database.writing() as session:
        made = say_hello(session, subscriptions.get(session, "sub-1"), SENDER, NOW)
        assert outbox.get(session, made).first_event is None
    assert position(database) == 0
