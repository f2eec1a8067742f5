from zoneinfo import ZoneInfo

import httpx
import pytest

from alerts.matching import Sender
from tests.storage.sample import DATA_LAKE, NOW, TWIN_CITY, judged, take
from web.app import make_app
from web.site import Site

SENDER = Sender("https://diembao.example", "a-key-for-these-tests-only")


@pytest.fixture
def look(database):
    """Ask the front page of the archive, without a server between."""
    site = Site(database, SENDER, lambda: NOW, ZoneInfo("Asia/Ho_Chi_Minh"), "vi")
    transport = httpx.ASGITransport(make_app(site))

    async def get():
        async with httpx.AsyncClient(transport=transport, base_url="https://test") as client:
            return await client.get("/")

    return get


async def test_empty_archive_says_so(look):
    answer = await look()
    assert (answer.status_code, "Chưa có tin nào." in answer.text) == (200, True)


async def test_news_is_shown_once_with_who_else_has_it(database, look):
    with database.writing() as session:
        take(session, 1, DATA_LAKE, title="Kho dữ liệu của thành phố")
        take(session, 2, DATA_LAKE, source="vamsong", title="Bản đăng lại")
    page = (await look()).text
    assert page.count("<section ") == 1
    assert "Kho dữ liệu của thành phố" in page
    assert "vamsong" in page


async def test_off_topic_article_is_not_shown(database, look):
    with database.writing() as session:
        take(session, 1, TWIN_CITY, judged(TWIN_CITY, relevant=False), title="Chuyện khác")
    assert "Chuyện khác" not in (await look()).text


async def test_title_and_address_of_an_outlet_do_no_harm(database, look):
    with database.writing() as session:
        take(session, 1, DATA_LAKE, title="<script>x</script>", url="javascript:alert(1)")
    page = (await look()).text
    assert "<script>" not in page
    assert "javascript:" not in page
