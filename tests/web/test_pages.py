"""How pages look and speak, and what hostile input does to them."""

import os
import re
from pathlib import Path

import pytest
from lxml import html
from sqlmodel import select

from storage.tables import Delivery, Subscription
from tests.web.conftest import path, subscribed
from tests.web.test_subscribing import PLAIN

GOLDEN = Path(__file__).parent.parent / "golden" / "web"
REWRITE = bool(os.environ.get("DIEMBAO_REWRITE_GOLDEN"))
FAULTY = PLAIN | {
    "address": "ban.doc@",
    "when": "weekly",
    "time": "sáng",
    "query": '"trung tâm" AND (dữ liệu',
    "min_relevance": "nhiều",
    "topic": ["ai"],
}
# The names of time zones come with the system, and change.
ZONES = re.compile(r"<optgroup.*</optgroup>\n", re.DOTALL)


@pytest.fixture
def database(sqlite_database):
    """What pages show does not depend on the kind of database."""
    return sqlite_database


async def look(web, name, language):
    match name:
        case "subscribe":
            return await web.get("/subscribe", params={"lang": language})
        case "faults":
            return await web.post("/subscribe", params={"lang": language}, data=FAULTY)
        case "check_mail":
            return await web.post("/subscribe", params={"lang": language}, data=PLAIN)
        case "sorry":
            return await web.get("/confirm/x", params={"lang": language})
        case "failure":
            return await web.get("/khong-co", params={"lang": language})
    purpose = {"confirm": "confirm", "confirmed": "confirm", "manage": "manage",
               "leave": "unsubscribe", "left": "unsubscribe"}[name]  # fmt: skip
    method = "POST" if name in ("confirmed", "left") else "GET"
    return await web.request(method, path(purpose, "x"), params={"lang": language})


@pytest.fixture
def reader(database):
    with database.writing() as session:
        filters = {"topics": ["ai", "du-lieu"], "query": '"trung tâm dữ liệu"'}
        subscribed(session, "x", status="pending", filters=filters)


PAGES = ["subscribe", "faults", "check_mail", "confirm", "confirmed", "manage", "leave", "left",
         "sorry", "failure"]  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("reader")
async def test_page_reads_as_it_was_approved(web, name, language):
    text = ZONES.sub("", (await look(web, name, language)).text)
    golden = GOLDEN / f"{name}.{language}.html"
    if REWRITE:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("reader")
async def test_page_can_be_read_aloud(web, name):
    page = html.fromstring((await look(web, name, "vi")).content)
    assert (page.get("lang"), len(page.findall(".//h1")), len(page.findall(".//main"))) == (
        "vi", 1, 1,
    )  # fmt: skip
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for told in page.xpath("//@aria-describedby"):
        assert set(told.split()) <= set(ids)
    for link in page.xpath("//a[starts-with(@href, '#')]/@href"):
        assert link[1:] in ids
    fields = page.xpath("//input[not(@type='hidden')] | //select")
    for field in fields:
        around = field.xpath("ancestor::label")
        assert around or page.xpath(f"//label[@for='{field.get('id')}']"), field.get("name")
    assert not page.xpath("//fieldset[not(legend)]")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("reader")
async def test_page_needs_nothing_that_its_policy_forbids(web, name):
    answer = await look(web, name, "vi")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    page = html.fromstring(answer.content)
    assert not page.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]")
    loaded = page.xpath("//link/@href | //@src")
    assert loaded == ["/static/icon.svg", "/static/style.css"]
    for address in loaded:
        part = await web.get(address)
        assert (part.status_code, part.headers["X-Content-Type-Options"]) == (200, "nosniff")


async def test_style_is_kept_by_browsers(web):
    first = await web.get("/static/style.css")
    again = await web.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Content-Type"], again.status_code) == ("text/css; charset=utf-8", 304)


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "", "x.css"])
async def test_nothing_but_the_static_files_is_given_out(web, name):
    assert (await web.get(f"/static/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("", "", "vi"),
        ("", "en", "en"),
        ("", "en-GB,en;q=0.9,vi;q=0.8", "en"),
        ("", "fr, vi;q=0.5, en;q=0.7", "en"),
        ("", "en;q=0, vi;q=0.1", "vi"),
        ("", "en;q=abc", "vi"),
        ("", "fr", "vi"),
        ("", "x" * 100_000, "vi"),
        ("vi", "en", "vi"),
        ("fr", "en", "en"),
    ],
)
async def test_language_is_asked_for_or_the_browsers(web, query, header, expected):
    answer = await web.get(
        "/subscribe", params={"lang": query}, headers={"Accept-Language": header}
    )
    assert html.fromstring(answer.content).get("lang") == expected


async def test_own_page_speaks_the_subscriptions_language(web, database):
    with database.writing() as session:
        subscribed(session, "x", language="en")
    page = path("manage", "x")
    for params, expected in (({}, "en"), ({"lang": "vi"}, "vi")):
        answer = await web.get(page, params=params, headers={"Accept-Language": "vi"})
        assert html.fromstring(answer.content).get("lang") == expected


async def test_faults_stand_beside_their_fields_and_nothing_is_lost(web):
    page = html.fromstring((await web.post("/subscribe", data=FAULTY)).content)
    for field in ("address", "query", "min_relevance"):
        (box,) = page.xpath(f"//input[@name='{field}']")
        assert (box.get("value"), box.get("aria-invalid")) == (FAULTY[field], "true")
        assert page.xpath(f"//*[@id='{field}-fault']")
    assert page.xpath("//*[@id='schedule-fault']")
    assert page.xpath("//input[@value='ai']/@checked | //input[@value='weekly']/@checked")
    assert page.xpath("//details[@open]")
    (place,) = page.xpath("//code[@class='place']")
    assert (place.text, place.find("mark").text) == ('"trung tâm" AND ', "(")


HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=y>",
    "{{ 7 * 7 }}{% raw %}%(num)s",
    "a@b.vn\r\nBcc: c@d.vn",
    "\u202eabc\u200f",
    "a\0b",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_shown_as_text_and_stored_nowhere(web, database, text):
    fields = ("address", "when", "time", "weekday", "timezone", "language", "topic", "source",
              "kind", "min_relevance")  # fmt: skip
    answer = await web.post(
        "/subscribe", data=dict.fromkeys([*fields, "entity", "query"], text[:4_000])
    )
    assert answer.status_code == 422
    page = html.fromstring(answer.content)
    assert not page.xpath("//script | //img")
    assert "49" not in page.xpath("string(//main)")
    assert not set(answer.text) & set("\0\u202e\u200f")
    assert len(answer.text) < 150_000
    with database.reading() as session:
        assert session.exec(select(Subscription)).all() == []
        assert session.exec(select(Delivery)).all() == []


@pytest.mark.parametrize("address", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_address_gets_no_mail(web, database, address):
    answer = await web.post("/subscribe", data=PLAIN | {"address": address})
    assert answer.status_code == 422
    with database.reading() as session:
        assert session.exec(select(Delivery)).all() == []


async def test_hostile_names_and_words_do_no_harm_to_page_and_mail(web, database):
    text = "<b>Sở</b>\r\nBcc: x@y.vn \u202e\0{{ 7 * 7 }}"
    answer = await web.post("/subscribe", data=PLAIN | {"entity": text, "query": "số\r\nhóa"})
    assert answer.status_code == 200
    with database.reading() as session:
        (mail,) = session.exec(select(Delivery)).all()
        (made,) = session.exec(select(Subscription)).all()
    assert made.filters == {"entities": ["<b>Sở</b> Bcc: x@y.vn {{ 7 * 7 }}"], "query": "số hóa"}
    assert "<b>Sở" not in mail.payload["html"]
    assert "\n" not in mail.subject
    page = await web.get(path("manage", made.id))
    assert "&lt;b&gt;Sở" in page.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {f"x{n}": "1" for n in range(1_000)}}, 400),
        ({"files": {"address": ("a.txt", b"a@b.vn")}}, 400),
        ({"files": {"address": (None, b"x" * 20_000)}}, 400),
        ({"data": {"address": "x" * 70_000}}, 413),
        ({"content": b"\xff\xfe\0", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"json": PLAIN}, 422),
        ({}, 422),
    ],
)
async def test_form_that_is_none_gets_a_page_that_says_so(web, sent, status):
    answer = await web.post("/subscribe", **sent)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert html.fromstring(answer.content).findall(".//h1")
