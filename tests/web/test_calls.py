"""The calls of programs: what they do, and that all that fails fails in one shape."""

import json
from dataclasses import replace

import pytest
from sqlmodel import select

from storage.tables import Delivery, Subscription
from tests.alerts.test_bounces import notification
from tests.web.conftest import TOKEN, browser, subscribed

SIGN_UP = "/api/v1/subscriptions"
BOUNCES = "/api/v1/bounces"
WISH = {"address": "ban.doc@example.org"}
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
MAIL = {"Content-Type": "message/rfc822"}


def stored(database):
    with database.reading() as session:
        return list(session.exec(select(Subscription)))


async def test_program_signs_an_address_up(web, database):
    wish = WISH | {
        "topic": ["ai", "du-lieu"],
        "kind": "press",
        "min_relevance": 0.7,
        "query": "dữ liệu",
        "schedule": "cron:0 7 * * 1-5",
        "timezone": "Europe/Berlin",
        "language": "en",
    }
    answer = await web.post(SIGN_UP, json=wish)
    assert (answer.status_code, answer.json()["status"]) == (202, "check_mail")
    (made,) = stored(database)
    assert (made.status, made.schedule, made.timezone, made.language) == (
        "pending",
        "cron:0 7 * * 1-5",
        "Europe/Berlin",
        "en",
    )
    assert made.filters == {
        "topics": ["ai", "du-lieu"],
        "kinds": ["press"],
        "min_relevance": 0.7,
        "query": "dữ liệu",
    }


async def test_answer_is_the_same_whoever_has_a_subscription(web, database):
    with database.writing() as session:
        subscribed(session, "co")
        subscribed(session, "nghi", status="paused")
        subscribed(session, "cho", status="pending")
    names = ("co", "nghi", "cho", "chua", "chua")
    answers = [await web.post(SIGN_UP, json={"address": f"{n}@example.org"}) for n in names]
    assert len({(a.status_code, a.content, tuple(a.headers.items())) for a in answers}) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/hook",
        "ban.doc",
        "",
        "a@b.vn\r\nBcc: c@d.vn",
        "a@b.vn\nBcc: c@d.vn",
        "a\0@b.vn",
        "a@b\u202e.vn",
        "\u202ea@b.vn",
        "a\u200b@b.vn",
        "a@b.vn, c@d.vn",
        "Tên <a@b.vn>",
        f"{'a' * 10_000}@b.vn",
        f"a@{'b.' * 300}vn",
        "\ud800@b.vn",
    ],
)
async def test_what_is_no_mail_address_is_refused(web, database, address):
    answer = await web.post(SIGN_UP, content=json.dumps({"address": address}).encode(),
                            headers={"Content-Type": "application/json"})  # fmt: skip
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert list(answer.json()["error"]["fields"]) == ["address"]
    assert stored(database) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", ["bong-da"]),
        ("topic", ["ai"] * 51),
        ("topic", ["x" * 10_000]),
        ("topic", [1]),
        ("entity", "a\ud800"),
        ("source", ["bao-la"]),
        ("source", "vamsong\r\nX: y"),
        ("kind", ["báo lá cải"]),
        ("entity", ["n" * 150]),
        ("entity", ["n"] * 21),
        ("query", "a AND"),
        ("query", "x" * 501),
        ("query", "x" * 10_000),
        ("min_relevance", 1.5),
        ("min_relevance", "nan"),
        ("schedule", "daily@25:00"),
        ("schedule", "cron:* * *"),
        ("timezone", "Mars"),
        ("timezone", "../../etc/passwd"),
        ("language", "fr"),
        ("webhook", "https://example.org/hook"),
    ],
)
async def test_wish_that_cannot_be_is_named(web, database, field, value):
    wish = json.dumps(WISH | {field: value}).encode()
    answer = await web.post(SIGN_UP, content=wish, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == [field]
    assert stored(database) == []


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"{", {"body": "Không phải JSON."}),
        (b"[]", {"body": "Phải là đối tượng."}),
        (b"{}", {"address": "Còn thiếu."}),
        (b'{"address": "a@b.vn", "la": 1}', {"la": "Không có trường này."}),
        (b'{"address": "a@b.vn", "min_relevance": "x"}', {"min_relevance": "Phải là số."}),
        (b'{"address": 3}', {"address": "Phải là chuỗi."}),
        (b'{"address": "a@b.vn", "query": "%s"}' % (b"x" * 3_000), {"query": "Quá dài."}),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_call_of_another_shape_is_told_so_in_the_callers_language(web, content, fields):
    headers = {"Content-Type": "application/json", "Accept-Language": "vi"}
    answer = await web.post(SIGN_UP, content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]["fields"]) == (422, fields)


async def test_fault_of_a_query_is_told_with_its_place_in_the_callers_language(web):
    for language, place in (("en", "character 3:"), ("vi", "ký tự thứ 3:")):
        headers = {"Accept-Language": language}
        answer = await web.post(SIGN_UP, json=WISH | {"query": "a )"}, headers=headers)
        assert answer.json()["error"]["fields"]["query"].startswith(place)


async def test_names_are_stored_clean(web, database):
    name = "Sở\r\nKhoa học\0 \u202evà Công nghê\u0323"
    wish = json.dumps(WISH | {"entity": [name], "query": "số\0 \u202ehóa"}).encode()
    answer = await web.post(SIGN_UP, content=wish, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202
    assert stored(database)[0].filters == {
        "entities": ["Sở Khoa học và Công nghệ"],
        "query": "số hóa",
    }


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"\xff", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"address": "a@b.vn"}', "text/plain", 422),
        (b"address=a@b.vn", "application/x-www-form-urlencoded", 422),
        (b'{"address": "' + b"a" * 70_000 + b'"}', "application/json", 413),
    ],
)
async def test_body_that_is_none_is_refused(web, database, content, kind, status):
    answer = await web.post(SIGN_UP, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, set(answer.json())) == (status, {"error"})
    assert {"code", "message"} <= set(answer.json()["error"])
    assert stored(database) == []


async def test_eager_program_is_asked_to_wait(web):
    for number in range(11):
        answer = await web.post(SIGN_UP, json={"address": f"a{number}@b.vn"})
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert int(answer.headers["Retry-After"]) == 3600


async def test_page_of_another_site_cannot_sign_up(web, database):
    answer = await web.post(SIGN_UP, json=WISH, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert stored(database) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/khong-co", 404, "not_found"),
        ("GET", "/api/", 404, "not_found"),
        ("DELETE", SIGN_UP, 405, "method_not_allowed"),
        ("GET", BOUNCES, 405, "method_not_allowed"),
        ("POST", BOUNCES, 401, "unauthorized"),
    ],
)
async def test_every_failure_has_one_shape(web, method, path, status, code):
    answer = await web.request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_fault_of_ours_tells_nothing_of_itself(app, web, monkeypatch):
    def broken():
        raise RuntimeError("bí mật")

    app.state.site.database.engine.dispose()
    monkeypatch.setattr(type(app.state.site.database), "reading", lambda _self: broken())
    for path, post in ((SIGN_UP, {"json": WISH}), ("/subscribe", {"data": WISH})):
        answer = await web.post(path, **post)
        assert (answer.status_code, "bí mật" in answer.text) == (500, False)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (await web.post(SIGN_UP, json=WISH)).json()["error"]["code"] == "internal_error"


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \u00e9",
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"x" * 2_000_000, b"From: a@b.vn\r\n\r\nx"], ids=["none", "large", "mail"]
)
async def test_without_the_token_nothing_else_is_looked_at(web, given, body):
    headers = MAIL | ({} if given is None else {"Authorization": given.encode("latin-1")})
    answer = await web.post(BOUNCES, content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_without_a_token_of_ours_nobody_is_the_admin(app):
    app.state.site = replace(app.state.site, admin_token="")
    async with browser(app) as client:
        answer = await client.post(BOUNCES, headers=MAIL | {"Authorization": "Bearer "})
    assert answer.status_code == 401


async def test_mailbox_that_is_not_there_is_paused(web, database, clock):
    delivery = f"dlv-{'a' * 24}"
    with database.writing() as session:
        subscribed(session, "x")
        session.flush()
        session.add(
            Delivery(
                id=delivery,
                subscription_id="x",
                type="digest.published",
                status="done",
                created_at=clock.now,
                due_at=clock.now,
            )
        )
    mail = notification(recipient="x@example.org", delivery=delivery)
    answer = await web.post(BOUNCES, content=mail, headers=MAIL | ADMIN)
    assert answer.json() == {"bounces": 1, "stopped": ["x"]}
    assert stored(database)[0].status == "paused"


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"From: a@b.vn\r\n\r\nHello", "message/rfc822", 422, "not_a_bounce"),
        (b"", "message/rfc822", 422, "not_a_bounce"),
        (b"{}", "application/json", 415, "unsupported_media_type"),
        (b"x" * 1_100_000, "message/rfc822", 413, "too_large"),
    ],
)
async def test_mail_that_is_no_bounce_is_refused(web, content, kind, status, code):
    answer = await web.post(BOUNCES, content=content, headers=ADMIN | {"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_schema_tells_of_the_calls_and_of_no_page(web):
    schema = (await web.get("/api/v1/openapi.json")).json()
    assert set(schema["paths"]) == {SIGN_UP, BOUNCES}
    assert schema["paths"][BOUNCES]["post"]["security"] == [{"ADMIN_TOKEN": []}]
    assert "security" not in schema["paths"][SIGN_UP]["post"]
    for path in schema["paths"].values():
        for status, said in path["post"]["responses"].items():
            if not status.startswith("2"):
                assert said["content"]["application/json"]["schema"] == {
                    "$ref": "#/components/schemas/Failure"
                }


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_hubs_token_that_no_database_keeps_is_unknown(web, method):
    assert (await web.request(method, "/push/%00")).status_code == 404
