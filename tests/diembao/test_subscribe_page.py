"""The whole way on the running program: sign-up page, mail, confirmation, own page, leaving.

In a real browser where DIEMBAO_TEST_BROWSER=1 says that there is one; without scripts.
"""

import email
import os
import shutil
from email.policy import default

import pytest

from tests.diembao.daemon import daemon
from tests.diembao.letters import paths_of
from tests.servers.waiting import eventually

READER = "ban.doc@example.org"
WISH = {"address": READER, "when": "daily", "time": "07:00", "timezone": "UTC", "language": "vi"}
with_browser = pytest.mark.skipif(
    os.environ.get("DIEMBAO_TEST_BROWSER") != "1", reason="DIEMBAO_TEST_BROWSER=1 is not set"
)


@pytest.fixture
def service(program):
    """The program, which polls nothing and writes its mails to a folder, and a client of it."""
    empty = program.folder / "none"
    empty.mkdir()
    program = program.having(SOURCES_DIR=empty, SMTP_URL=None, ADMIN_TOKEN="a-token-of-the-tests")
    with daemon(program) as (_, client):
        yield program, client


def letters(program):
    """The mails in the folder."""
    files = sorted((program.data / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime)
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]


def first_letter(program):
    return eventually(lambda: letters(program))[0]


def statuses(program):
    return [row["status"] for row in program.ok("subscriptions", "list").rows]


def test_sign_up_brings_a_mail_and_its_link_a_subscription(service):
    program, client = service
    assert client.post("/subscribe", data=WISH).status_code == 200
    mail = first_letter(program)
    assert mail["To"] == READER
    assert client.post(paths_of(mail)["confirm"]).status_code == 200
    assert statuses(program) == ["active"]


def test_proxy_on_this_machine_is_believed_about_who_asks(service):
    _, client = service
    answers = [
        client.post(
            "/subscribe",
            data=WISH | {"address": f"a{number}@example.org"},
            headers={"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.{number % 2}"},
        ).status_code
        for number in range(21)
    ]
    assert answers == [200] * 20 + [429]


def test_admin_of_the_settings_is_the_admin_of_the_calls(service):
    _, client = service
    for token, status in (("a-token-of-the-tests", 422), ("another-token-altogether", 401)):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "message/rfc822"}
        answer = client.post("/api/v1/bounces", content=b"x", headers=headers)
        assert answer.status_code == status


@pytest.fixture(params=["vi", "en"])
def page(request, service):
    """A page of a browser of the size of a phone, in which no script runs."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    _, client = service
    with sync_playwright() as driver:
        running = driver.chromium.launch(
            executable_path=os.environ.get("CHROME_PATH") or shutil.which("chromium"),
            chromium_sandbox=os.geteuid() != 0,
            args=["--disable-gpu"],
        )
        context = running.new_context(
            viewport={"width": 390, "height": 800},
            locale=request.param,
            java_script_enabled=False,
            base_url=str(client.base_url),
        )
        yield context.new_page()
        running.close()


WORDS = {
    "vi": ("Đăng ký", "Xác nhận đăng ký", "Tạm dừng", "Nhận lại", "Lưu", "Hủy đăng ký",
           "Mời bạn xem hộp thư", "Đăng ký của bạn đã có hiệu lực.", "Đã lưu.", "đã kết thúc"),
    "en": ("Sign up", "Yes, send me news", "Pause", "Resume", "Save", "Leave",
           "Check your mail", "Your subscription is active.", "Saved.", "ended"),
}  # fmt: skip


@with_browser
def test_reader_goes_the_whole_way_in_a_browser(service, page):
    program, _ = service
    page.goto("/subscribe")
    language = page.get_attribute("html", "lang")
    sign_up, confirm, pause, resume, save, leave, check, active, saved, ended = WORDS[language]
    press = lambda name: page.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    page.fill("#address", READER)
    page.check("input[value=ai]")
    page.check("input[value=weekly]")
    page.select_option("#weekday", "fri")
    page.click("summary")
    page.fill("#query", "dữ liệu AND")
    press(sign_up)
    assert page.input_value("#address") == READER
    assert page.is_checked("input[value=ai]")
    assert page.is_visible("#query-fault")
    page.fill("#query", "dữ liệu")
    press(sign_up)
    assert page.inner_text("h1") == check
    page.goto(paths_of(first_letter(program))["confirm"])
    assert statuses(program) == ["pending"]
    press(confirm)
    assert (page.inner_text("h1"), statuses(program)) == (active, ["active"])
    (row,) = program.ok("subscriptions", "list").rows
    shown = program.ok("subscriptions", "show", row["id"]).rows[0]
    assert (shown["schedule"], shown["language"]) == ("weekly@fri@07:00", language)
    assert shown["filters"] == {"topics": ["ai"], "query": "dữ liệu"}
    page.goto(shown["manage_url"].partition(":8000")[2])
    press(pause)
    press(resume)
    page.check("input[value=hourly]")
    press(save)
    assert page.inner_text(".note") == saved
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    press(leave)
    assert ended in page.inner_text("main")
    assert statuses(program) == ["ended"]
