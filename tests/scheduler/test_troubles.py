"""What goes wrong at an outlet, in the report and in what is known of the source."""

import pytest
from aiohttp import web

from crawler.failures import Trouble
from storage import polling
from tests.scheduler.conftest import open_office

OUTLET = "dothisophuongnam"
FEED = "/web/do-thi-so/feed.json"
FIRST = "dothisophuongnam/cong-du-lieu-mo-cap-nhat-1-400-bo-du-lieu-10513"


def state(office, source=OUTLET):
    with office.database.reading() as session:
        return polling.states(session)[source]


@pytest.mark.parametrize(
    ("fault", "trouble", "weight"),
    [
        pytest.param("not_found", Trouble("hard", "not_found"), 1.0, id="not-there"),
        pytest.param("html", Trouble("soft", "html"), 0.5, id="html-instead"),
        pytest.param("empty", Trouble("soft", "empty"), 0.5, id="empty"),
        pytest.param("error", Trouble("temporary", "server"), 0.25, id="server-error"),
    ],
)
async def test_failed_polls_add_trouble_by_their_class(office, newsroom, fault, trouble, weight):
    newsroom.break_feed(OUTLET, fault)
    for count in (1, 2):
        report = await office.poll(OUTLET)
        assert dict(report.failures) == {trouble: 1}
        assert state(office).trouble == weight * count
    assert state(office).state == "failing"
    newsroom.mend()
    await office.poll(OUTLET)
    assert (state(office).trouble, state(office).state) == (0.0, "ok")


async def test_outlet_that_is_down_is_temporary_trouble(office, newsroom):
    await newsroom.stop()
    report = await office.poll(OUTLET)
    assert report.as_json()["failures"] == {"temporary/unreachable": 1}


async def test_source_that_fails_for_long_is_still_asked(office, newsroom, clock):
    newsroom.break_feed(OUTLET, "not_found")
    for _ in range(30):
        await office.poll(OUTLET)
        clock.now = state(office).next_check_at
    assert state(office).trouble == 30
    newsroom.mend()
    report = await office.poll(OUTLET)
    assert report.counts["fetched"] == len(newsroom.items(OUTLET))


async def test_failure_of_a_page_is_named_with_its_class_and_no_trouble(office, newsroom):
    newsroom.break_article(FIRST, "error")
    report = await office.poll(OUTLET)
    (error,) = report.errors
    assert (error["url"], error["class"]) == (newsroom.article_address(FIRST), "temporary")
    assert (state(office).trouble, state(office).state) == (0.0, "ok")


async def test_texts_are_counted_by_the_stage_that_gave_them(office, newsroom):
    newsroom.break_article(FIRST, "html")
    report = await office.poll(OUTLET)
    assert report.as_json()["stages"] == {"selector": len(newsroom.items(OUTLET)) - 1}
    assert report.counts["no_article"] == report.signs["empty"].bad == 1


@pytest.fixture
async def stubborn(newsroom, sqlite_database, readers, clock, tmp_path):
    """An outlet whose feed answers 304 whatever it is asked."""

    async def answer(request):
        return web.Response(status=304 if request.path == "/feed.json" else 404)

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "la.toml").write_text(
        f"name = 'Báo Lạ'\nhomepage = '{base}/'\nfeeds = ['{base}/feed.json']\n"
        "article_pattern = '-post$'\n[politeness]\ndelay = 0.0\n",
        "utf-8",
    )
    yield open_office(newsroom, sqlite_database, readers, clock, tmp_path)
    await runner.cleanup()


async def test_not_modified_after_a_failure_makes_no_source_well(stubborn):
    for _ in range(2):
        report = await stubborn.poll("la")
        assert report.failed_wholly
        assert report.errors[0]["error"].startswith("HTTP 304: not modified")
    assert (state(stubborn, "la").state, state(stubborn, "la").failures) == ("failing", 2)
    assert state(stubborn, "la").last_success_at is None
