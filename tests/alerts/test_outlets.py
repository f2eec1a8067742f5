"""What operators are told of outlets."""

from datetime import timedelta

import pytest

from alerts.outlets import MOST
from alerts.waking import Pace, wake
from alerts.wording import filter_in_words
from storage import events, polling, subscriptions
from storage.filters import Filter
from tests.alerts.archive import position, prepared, subscribe, webhook
from tests.storage.sample import DATA_LAKE, NOW, judged, take

OUTLETS = {"about": "outlets"}
SILENT = {"why": "silent", "last": "2025-11-25T02:00:00+00:00", "missing": 24}


def operator(database, name="sub-1", **changes):
    plain = {"filters": OUTLETS, "schedule": "instant", "due_at": None, "language": "en"}
    subscribe(database, name, **(plain | changes))


def tell(database, type_="source.silent", source="vamsong", reason=SILENT):
    with database.writing() as session:
        data = {"source": source, "reason": reason, "since": NOW.isoformat()}
        events.publish(session, type_, NOW, data=data)


def test_operator_gets_a_mail_that_says_what_is_wrong_and_what_to_do(database):
    operator(database)
    tell(database)
    (mail,) = prepared(database)
    assert (mail.type, mail.subject) == (
        "source.report",
        "Điểm Báo: Tin Vàm Sông brings no news",
    )
    for part in (mail.payload["text"], mail.payload["html"]):
        assert "about 24 articles were to be expected" in " ".join(part.split())
        assert "diembao sources check vamsong" in part
        assert mail.payload["unsubscribe_url"] in part
    assert position(database) == 1


def test_operator_is_told_in_vietnamese(database):
    operator(database, language="vi")
    tell(database)
    tell(database, "source.drift", "nhipphosong", {"why": "missed", "bad": 3, "of": 4})
    tell(database, "source.recovered", "bennghemoi",
         {"why": "recovered", "was": "silent", "last": "2025-11-25T02:00:00+00:00"})  # fmt: skip
    (mail,) = prepared(database)
    assert mail.subject == "Điểm Báo: 3 tờ báo cần xem lại"
    text = mail.payload["text"]
    assert "Tin Vàm Sông không có tin mới" in text
    assert "Nhịp Phố Sông" in text
    assert "Bến Nghé Mới đã hoạt động lại bình thường" in text
    assert "trạng thái trước đó" in " ".join(text.split())


def test_many_outlets_at_once_are_one_mail(database):
    operator(database)
    for number in range(MOST + 3):
        tell(database, source=f"bao-{number}")
    (mail,) = prepared(database)
    assert mail.subject == f"Điểm Báo: {MOST + 3} outlets to look at"
    assert mail.payload["text"].count("brings no news") == MOST
    assert "and 3 further outlets" in mail.payload["text"]


def test_operator_hears_of_no_article(database):
    operator(database)
    with database.writing() as session:
        take(session, 1, DATA_LAKE, judged(DATA_LAKE))
    assert prepared(database) == []


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"sources": ["vamsong"]}, 1),
        ({"sources": ["nhipphosong"]}, 0),
        ({"kinds": ["official"]}, 1),
        ({"kinds": ["press"]}, 0),
    ],
)
def test_operator_may_be_responsible_for_some_outlets(database, filters, told):
    operator(database, filters=OUTLETS | filters)
    tell(database)
    assert len(prepared(database)) == told


def test_chat_room_is_told_in_plain_lines(database):
    operator(database, kind="chat", address="discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    tell(database)
    (message,) = prepared(database)
    lines = message.payload["text"].splitlines()
    assert lines[0] == "Điểm Báo: Tin Vàm Sông brings no news"
    assert lines[1].startswith("• Tin Vàm Sông brings no news: nothing new since")


def test_operators_call_is_as_every_webhooks(database):
    webhook(database, filters=OUTLETS)
    tell(database)
    with database.writing() as session:
        take(session, 1, DATA_LAKE, judged(DATA_LAKE))
    assert [call.type for call in prepared(database)] == ["source.silent"]


def test_trouble_wakes_operators_and_no_readers(database):
    operator(database, "operator")
    subscribe(database, "reader", schedule="instant", due_at=None)
    tell(database)
    pace = Pace(wait=timedelta(seconds=30))
    with database.writing() as session:
        wake(session, NOW, pace)
    with database.reading() as session:
        due = {each.id: each.due_at for each in subscriptions.everyone(session)}
    assert due == {"operator": NOW + pace.wait, "reader": None}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_it_is_about_is_said_in_words(database, language):
    words = filter_in_words(Filter(about="outlets", sources=("vamsong",)),
                            {"vamsong": "Tin Vàm Sông"}, language)  # fmt: skip
    assert "Tin Vàm Sông" in words
    assert words != filter_in_words(Filter(sources=("vamsong",)), {}, language)


def test_outlet_that_is_no_more_is_named_by_its_id(database):
    operator(database)
    tell(database, source="bao-cu")
    with database.reading() as session:
        assert "bao-cu" not in polling.states(session)
    (mail,) = prepared(database)
    assert mail.subject == "Điểm Báo: bao-cu brings no news"
