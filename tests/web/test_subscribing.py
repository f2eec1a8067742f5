"""Signing up and leaving, as a reader, a mail program, a link scanner and a stranger do it."""

import re
import time
from datetime import timedelta

import pytest
from sqlmodel import select

from alerts.links import CONFIRM_WITHIN
from storage.signups import SignUp
from storage.tables import Delivery, Subscription
from tests.web.conftest import browser, path, subscribed

ADDRESS = "ban.doc@example.org"
WISH = {
    "address": ADDRESS,
    "when": "weekly",
    "weekday": "fri",
    "time": "06:30",
    "timezone": "Europe/Berlin",
    "language": "en",
    "topic": ["ai", "du-lieu"],
    "source": "vamsong",
    "kind": "official",
    "query": '"trung tâm dữ liệu"',
    "min_relevance": "0,7",
}
PLAIN = {
    "address": ADDRESS,
    "when": "daily",
    "time": "07:00",
    "timezone": "Asia/Ho_Chi_Minh",
    "language": "vi",
}
LINK = re.compile(r"https://diembao\.example(/(?:confirm|subscription|unsubscribe)/[\w.-]+)")


def stored(database):
    with database.reading() as session:
        return list(session.exec(select(Subscription).order_by(Subscription.created_at)))


def mails(database):
    with database.reading() as session:
        return list(session.exec(select(Delivery).order_by(Delivery.created_at)))


def link(delivery):
    return LINK.search(delivery.payload["text"])[1]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("Mời bạn xem hộp thư", "xác nhận", "Bạn muốn nhận", "đã có hiệu lực", "Đã lưu",
                "Bạn muốn hủy", "Đã hủy đăng ký")),
        ("en", ("Check your mail", "confirm", "Do you want", "is active", "Saved.",
                "Leave this subscription?", "You have left")),
    ],
)  # fmt: skip
async def test_reader_signs_up_confirms_changes_and_leaves(web, database, language, words):
    checked, asked, question, confirmed, saved, leaving, left = words
    answer = await web.post(
        "/subscribe", params={"lang": language}, data=WISH | {"language": language}
    )
    assert (answer.status_code, checked in answer.text) == (200, True)
    (mail,) = mails(database)
    assert (mail.type, asked in mail.subject) == ("confirmation", True)
    assert question in (await web.get(link(mail))).text
    assert stored(database)[0].status == "pending"
    assert confirmed in (await web.post(link(mail))).text
    (made,) = stored(database)
    assert made.status == "active"
    changed = PLAIN | {"language": language, "action": "save", "when": "hourly"}
    assert saved in (await web.post(path("manage", made.id), data=changed)).text
    assert stored(database)[0].schedule == "hourly"
    assert leaving in (await web.get(path("unsubscribe", made.id))).text
    assert stored(database)[0].status == "active"
    assert left in (await web.post(path("unsubscribe", made.id))).text
    assert stored(database)[0].status == "ended"


async def test_wishes_are_stored_as_they_were_chosen(web, database):
    await web.post("/subscribe", data=WISH)
    (made,) = stored(database)
    assert (made.schedule, made.timezone, made.language) == (
        "weekly@fri@06:30",
        "Europe/Berlin",
        "en",
    )
    assert made.filters == {
        "topics": ["ai", "du-lieu"],
        "sources": ["vamsong"],
        "kinds": ["official"],
        "min_relevance": 0.7,
        "query": '"trung tâm dữ liệu"',
    }


def _kept(answer):
    """The headers, but for the length, which counts the address that was sent."""
    return {name: value for name, value in answer.headers.items() if name != "content-length"}


@pytest.mark.parametrize("status", ["active", "paused"])
async def test_subscriber_who_signs_up_again_is_told_by_mail_alone(web, database, status):
    with database.writing() as session:
        subscribed(session, "x", address=ADDRESS, status=status)
    known = await web.post("/subscribe", data=WISH)
    strange = await web.post("/subscribe", data=WISH | {"address": "moi@example.org"})
    assert known.text.replace(ADDRESS, "") == strange.text.replace("moi@example.org", "")
    assert _kept(known) == _kept(strange)
    reminder, question = mails(database)
    assert (reminder.type, question.type) == ("reminder", "confirmation")
    assert (await web.get(link(reminder))).status_code == 200
    assert "/subscription/" in link(reminder)


async def test_letter_case_makes_no_second_subscriber(web, database):
    with database.writing() as session:
        subscribed(session, "x", address="Ban.Doc@example.org")
    await web.post("/subscribe", data=PLAIN)
    assert [mail.type for mail in mails(database)] == ["reminder"]


async def test_who_waits_is_asked_again_but_not_at_once(web, database, clock):
    for minutes in (0, 4, 4, 4):
        clock.go_on(minutes=minutes)
        answer = await web.post("/subscribe", data=PLAIN)
        assert answer.status_code == 200
    assert len(stored(database)) == 1
    assert [mail.created_at - clock.now for mail in mails(database)] == [
        timedelta(minutes=-12),
        timedelta(0),
    ]


async def test_mailbox_gets_few_mails_a_day_whoever_asks(app, database, clock):
    for number in range(8):
        clock.go_on(minutes=30)
        async with browser(app, f"203.0.113.{number}") as stranger:
            address = f"ban.doc+{number}@example.org"
            answer = await stranger.post("/subscribe", data=PLAIN | {"address": address})
        assert answer.status_code == 200
    assert len(mails(database)) == 5


async def test_client_that_signs_many_up_is_asked_to_wait(web, app, database, clock):
    answers = []
    for number in range(11):
        clock.go_on(minutes=1)
        answers.append(await web.post("/subscribe", data=PLAIN | {"address": f"a{number}@b.vn"}))
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == str(50 * 60)
    assert 'value="a10@b.vn"' in answers[-1].text
    async with browser(app, "203.0.113.8") as other:
        assert (await other.post("/subscribe", data=PLAIN)).status_code == 200
    clock.go_on(minutes=50)
    assert (await web.post("/subscribe", data=PLAIN | {"address": "c@d.vn"})).status_code == 200
    assert len(mails(database)) == 12


async def test_neighbours_in_one_ipv6_network_are_one_client(app):
    for number in range(11):
        async with browser(app, f"2001:db8:1:2::{number:x}") as client:
            answer = await client.post("/subscribe", data=PLAIN | {"address": f"a{number}@b.vn"})
    assert answer.status_code == 429


async def test_what_is_counted_names_nobody_and_is_soon_forgotten(web, database, clock):
    await web.post("/subscribe", data=PLAIN)
    with database.reading() as session:
        (first,) = session.exec(select(SignUp)).all()
    assert "203" not in first.client
    assert "ban" not in first.mailbox
    clock.go_on(days=1, seconds=1)
    await web.post("/subscribe", data=PLAIN | {"address": "c@d.vn"})
    with database.reading() as session:
        assert [row.at for row in session.exec(select(SignUp))] == [clock.now]


async def test_confirmation_link_is_good_for_some_days_only(web, database, monkeypatch):
    await web.post("/subscribe", data=PLAIN)
    page = link(mails(database)[0])
    real, late = time.time, CONFIRM_WITHIN.total_seconds() + 2
    monkeypatch.setattr(time, "time", lambda: real() + late)
    assert (await web.post(page)).status_code == 404
    assert stored(database)[0].status == "pending"


@pytest.mark.parametrize("purpose", ["confirm", "manage", "unsubscribe"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_link_scanner_changes_nothing(web, database, purpose, method):
    with database.writing() as session:
        subscribed(session, "x", status="pending" if purpose == "confirm" else "active")
    before = stored(database)
    answer = await web.request(method, path(purpose, "x"), params={"action": "leave"})
    assert answer.status_code == 200
    assert stored(database) == before


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b"List-Unsubscribe=One-Click"},
    ],
)
async def test_one_click_leaves_from_wherever_a_mail_program_is(web, database, body):
    with database.writing() as session:
        subscribed(session, "x")
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    answer = await web.post(path("unsubscribe", "x"), headers=headers, **body)
    assert answer.status_code == 200
    assert stored(database)[0].status == "ended"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://other.example"},
        {"Origin": "null"},
        {"Origin": "https://diembao.example.other.example"},
        {"Origin": "https://[diembao.example"},
    ],
)
async def test_form_of_another_site_is_refused(web, database, headers):
    with database.writing() as session:
        subscribed(session, "x")
    for where in ("/subscribe", path("manage", "x")):
        answer = await web.post(where, data=PLAIN | {"action": "leave"}, headers=headers)
        assert answer.status_code == 403
    assert stored(database)[0].status == "active"
    assert mails(database) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://diembao.example"},
        {"Origin": "http://innen.example:8000", "Host": "innen.example:8000"},
        {},
    ],
)
async def test_form_of_our_own_is_taken(web, database, headers):
    answer = await web.post("/subscribe", data=PLAIN, headers=headers)
    assert answer.status_code == 200
    assert len(mails(database)) == 1


async def test_own_page_shows_what_is_subscribed(web, database):
    filters = {"topics": ["ai"], "entities": ["Sở Khoa học và Công nghệ"], "sources": ["bao-cu"]}
    with database.writing() as session:
        subscribed(session, "x", filters=filters, schedule="cron:0 7 * * 1-5")
    page = (await web.get(path("manage", "x"))).text
    assert re.search(r'value="ai" checked', page)
    assert re.search(r'value="bao-cu" checked', page)
    assert re.search(r'value="Sở Khoa học và Công nghệ" checked', page)
    assert re.search(r'value="kept" checked', page)


async def test_what_the_form_cannot_say_is_kept_unless_it_is_taken_out(web, database):
    filters = {"entities": ["Lê Văn A"], "sources": ["bao-cu"]}
    with database.writing() as session:
        subscribed(session, "x", filters=filters, schedule="cron:0 7 * * 1-5")
    form = PLAIN | {"action": "save", "when": "kept"}
    await web.post(path("manage", "x"), data=form | {"entity": "Lê Văn A", "source": "bao-cu"})
    assert (stored(database)[0].schedule, stored(database)[0].filters) == (
        "cron:0 7 * * 1-5",
        filters,
    )
    await web.post(path("manage", "x"), data=form)
    assert stored(database)[0].filters == {}


async def test_new_schedule_counts_from_now(web, database, clock):
    with database.writing() as session:
        subscribed(session, "x", due_at=clock.now + timedelta(days=1))
    await web.post(path("manage", "x"), data=PLAIN | {"action": "save", "when": "hourly"})
    assert stored(database)[0].due_at == clock.now + timedelta(hours=1)
    await web.post(path("manage", "x"), data=PLAIN | {"action": "save", "when": "instant"})
    assert stored(database)[0].due_at is None


async def test_faulty_change_changes_nothing_and_keeps_what_was_written(web, database):
    with database.writing() as session:
        subscribed(session, "x")
    form = PLAIN | {"action": "save", "when": "hourly", "query": "a AND"}
    answer = await web.post(path("manage", "x"), data=form)
    assert (answer.status_code, 'value="a AND"' in answer.text) == (422, True)
    assert stored(database)[0].schedule == "daily@07:00"


@pytest.mark.parametrize("action", ["save", "pause", "resume", "leave"])
async def test_ended_subscription_stays_ended(web, database, action):
    with database.writing() as session:
        subscribed(session, "x", status="ended")
    answer = await web.post(path("manage", "x"), data=PLAIN | {"action": action})
    assert answer.status_code == 200
    assert stored(database)[0].status == "ended"
