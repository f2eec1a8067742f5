"""Looking again: articles of the sample newsroom, a day after they came out."""

from datetime import timedelta

import pytest
from sqlmodel import select

from analysis.worddiff import applied
from scheduler.poll import LOOK_PATIENCE, due_plan, due_sources, regular_plan
from storage import events, polling, revisions, snapshots
from storage.tables import CandidateRow, Snapshot
from tests.scheduler.conftest import open_office
from tests.scheduler.test_poll import accounts, state

OUTLET = "thuongcangmoi"
REVISED = "thuongcangmoi/kinh-te-so-dong-gop-grdp-77124"
OTHER = "thuongcangmoi/doan-estonia-den-tphcm-doanh-nghiep-muon-gi-77127"
COMMENTED = "nhipphosong/hoi-may-o-phuong-sen-vang-482240"
OLDEST = "thuongcangmoi/robot-cham-soc-nguoi-gia-o-nhat-77085"  # no page links to it
LOOKS_ALONE = {"endpoints": frozenset()}


@pytest.fixture
async def later(office, newsroom, clock):
    """An office that has read the outlet, at a time when all its articles are to be looked at."""
    await office.poll(OUTLET)
    clock.go_on(hours=23)
    newsroom.requests.clear()
    return office


async def look(office, outlet=OUTLET):
    report = await office.poll(outlet, **LOOKS_ALONE)
    assert accounts(report)
    return report


def article(office, newsroom, name=REVISED):
    return office.articles()[newsroom.article_address(name)]


def told(office, article_id):
    with office.database.reading() as session:
        return [e.type for e in events.after(session, 0, 999) if e.article_id == article_id]


def history(office, article_id):
    with office.database.reading() as session:
        return revisions.of_article(session, article_id)


def asked_of(newsroom, name):
    path = newsroom.article_address(name).removeprefix(newsroom.address(OUTLET))
    return [asked for asked in newsroom.requests if asked.path == path]


async def test_due_articles_are_asked_for_conditionally_and_nothing_else_is(later, newsroom):
    report = await look(later)
    pages = [asked for asked in newsroom.requests if asked.path != "/robots.txt"]
    assert {(a.status, bool(a.if_none_match), bool(a.if_modified_since)) for a in pages} == {
        (304, True, True)
    }
    assert dict(report.skipped) == {"unchanged": len(pages)}
    assert len(pages) == report.counts["discovered"] > 5
    assert not report.errors


async def test_article_that_was_looked_at_is_left_alone_until_the_next_time(later, clock):
    await look(later)
    assert (await look(later)).counts["discovered"] == 0
    clock.go_on(days=2, hours=1)
    assert (await look(later)).counts["discovered"] > 5


async def test_revision_is_found_without_any_feed_and_told(later, newsroom):
    before = article(later, newsroom)
    newsroom.revise(REVISED)
    report = await look(later)
    assert report.counts["revised"] == 1
    now = article(later, newsroom)
    assert now.title == newsroom.articles[REVISED].revised.title
    assert told(later, now.id) == ["article.published", "article.revised"]
    (kept,) = history(later, now.id)
    assert (kept.title, kept.text, kept.substantial) == (before.title, before.text, True)
    assert applied(before.text, kept.changes["text"]) == now.text
    assert {"title", "figures"} <= set(kept.changes["reasons"])


async def test_revised_article_is_looked_at_again_sooner(later, newsroom, clock):
    newsroom.revise(REVISED)
    await look(later)
    assert article(later, newsroom).next_look_at == clock.now + timedelta(hours=1)


async def test_page_with_another_comment_is_no_revision(office, newsroom, clock):
    await office.poll("nhipphosong")
    clock.go_on(hours=23)
    newsroom.comment(COMMENTED)
    report = await look(office, "nhipphosong")
    assert (report.counts["unchanged"], report.counts["revised"]) == (1, 0)
    seen = article(office, newsroom, COMMENTED)
    assert history(office, seen.id) == []
    # The page's new validators are kept, so that the next look can be answered 304.
    newsroom.requests.clear()
    clock.go_on(days=2, hours=1)
    assert (await look(office, "nhipphosong")).counts["fetched"] == 0


async def test_missing_article_is_gone_when_it_is_missed_twice(later, newsroom, clock):
    newsroom.withdraw(REVISED)
    report = await look(later)
    assert report.skipped["gone"] == 1
    assert not report.errors
    assert article(later, newsroom).gone_at is None
    clock.go_on(hours=1)
    await look(later)
    gone = article(later, newsroom)
    assert (gone.gone_at, gone.gone_reason) == (clock.now, "HTTP 404")
    assert gone.next_look_at is None
    assert gone.text
    assert told(later, gone.id) == ["article.published"]


async def test_article_that_was_missing_for_a_moment_is_not_gone(later, newsroom, clock):
    newsroom.withdraw(REVISED)
    await look(later)
    newsroom.publish(REVISED)
    clock.go_on(hours=1)
    await look(later)
    assert (article(later, newsroom).gone_at, article(later, newsroom).gone_reason) == (None, None)
    newsroom.withdraw(REVISED)
    clock.go_on(days=2)
    await look(later)
    assert article(later, newsroom).gone_at is None


async def test_article_that_its_outlet_calls_gone_is_gone_at_once(later, newsroom, clock):
    newsroom.break_article(REVISED, "gone")
    await look(later)
    assert (article(later, newsroom).gone_at, article(later, newsroom).gone_reason) == (
        clock.now,
        "HTTP 410",
    )


@pytest.mark.parametrize(
    ("target", "words"),
    [
        pytest.param("/", "redirected to", id="to-the-front-page"),
        pytest.param("https://elsewhere.example/", "elsewhere.example", id="to-another-host"),
    ],
)
async def test_article_that_redirects_to_no_article_is_gone(later, newsroom, clock, target, words):
    newsroom.redirect(REVISED, target)
    report = await look(later)
    assert (report.skipped["gone"], report.errors) == (1, [])
    clock.go_on(hours=1)
    await look(later)
    assert article(later, newsroom).gone_at == clock.now
    assert words in article(later, newsroom).gone_reason


async def test_article_that_redirects_to_another_story_is_gone(later, newsroom, clock):
    newsroom.redirect(REVISED, newsroom.article_address(OTHER))
    before = article(later, newsroom).text
    for _ in range(2):
        report = await look(later)
        assert report.skipped["gone"] == 1
        clock.go_on(hours=1)
    gone = article(later, newsroom)
    assert gone.gone_at is not None
    assert newsroom.articles[OTHER].wording.title in gone.gone_reason
    assert gone.text == before


async def test_address_that_now_holds_another_story_is_gone_and_keeps_its_text(
    later, newsroom, clock
):
    newsroom.replace(REVISED, OTHER)
    before = article(later, newsroom).text
    for _ in range(2):
        await look(later)
        clock.go_on(hours=1)
    gone = article(later, newsroom)
    assert gone.gone_at is not None
    assert (gone.text, history(later, gone.id)) == (before, [])


async def test_article_that_only_moved_is_not_gone(later, newsroom):
    moved = newsroom.article_address(REVISED)
    path = moved.removeprefix(newsroom.address(OUTLET))
    newsroom.redirect(REVISED, f"/ban-in{path}")
    report = await look(later)
    assert (report.skipped["gone"], report.counts["revised"]) == (0, 0)
    assert article(later, newsroom).gone_reason is None


async def test_look_that_fails_is_put_off_and_unmakes_nothing(later, newsroom, clock):
    newsroom.break_article(REVISED, "error")
    report = await look(later)
    assert [error["error"] for error in report.errors] == ["HTTP 500"]
    seen = article(later, newsroom)
    assert (seen.next_look_at, seen.gone_reason) == (clock.now + timedelta(hours=2), None)
    with later.database.reading() as session:
        assert session.get(CandidateRow, seen.canonical_url).status == "fetched"


async def test_article_that_left_the_feed_is_looked_at_too(later, newsroom):
    newsroom.break_feed(OUTLET, "error")
    newsroom.revise(REVISED)
    report = await later.poll(OUTLET)
    assert report.counts["revised"] == 1
    assert accounts(report)


async def test_what_a_feed_says_anew_is_fetched_on_a_condition(office, newsroom):
    await office.poll(OUTLET)
    newsroom.withdraw(OLDEST)  # so that the feed is another one
    with office.database.writing() as session:
        for row in session.exec(select(CandidateRow)):
            row.hints = dict.fromkeys(row.hints, "otherwise")
    newsroom.requests.clear()
    report = await office.poll(OUTLET)
    assert accounts(report)
    assert [a.status for a in asked_of(newsroom, REVISED)] == [304]
    assert report.skipped["unchanged"] == report.counts["discovered"] > 5


async def test_looks_do_the_same_on_both_databases(newsroom, database, readers, clock, tmp_path):
    office = open_office(newsroom, database, readers, clock, tmp_path)
    await office.poll(OUTLET)
    newsroom.revise(REVISED)
    newsroom.break_article(OTHER, "gone")
    clock.go_on(hours=23)
    report = await look(office)
    assert (report.counts["revised"], report.skipped["gone"]) == (1, 1)
    assert article(office, newsroom, OTHER).gone_at == clock.now
    assert len(history(office, article(office, newsroom).id)) == 1


async def test_limit_is_for_what_is_new(later):
    report = await later.poll(OUTLET, limit=5, **LOOKS_ALONE)
    assert report.counts["discovered"] == 0


async def test_source_with_an_overdue_look_is_polled_for_looks_alone(later, newsroom, clock):
    with later.database.writing() as session:
        for known in polling.states(session).values():
            known.next_check_at = clock.now + timedelta(hours=6)
    clock.go_on(minutes=LOOK_PATIENCE.total_seconds() / 60)
    (source,) = due_sources(later.desk, 10)
    plan = due_plan(later.desk, source)
    assert (source.id, plan.endpoints) == (OUTLET, frozenset())
    before = state(later, OUTLET)
    await later.poll(OUTLET, endpoints=plan.endpoints)
    after = state(later, OUTLET)
    assert after.next_check_at == before.next_check_at
    assert due_sources(later.desk, 10) == []


async def test_source_that_is_due_is_polled_wholly(later):
    source = next(s for s in due_sources(later.desk, 10) if s.id == OUTLET)
    assert due_plan(later.desk, source) == regular_plan(later.desk, source)


async def test_page_of_news_is_kept_and_replaced_by_that_of_its_revision(later, newsroom):
    seen = article(later, newsroom)

    def kept():
        with later.database.reading() as session:
            row = session.get(Snapshot, seen.id)
            return row, snapshots.unpack(row.page)

    row, (leaf,) = kept()
    assert (row.url, row.size) == (newsroom.article_address(REVISED), len(leaf.body))
    assert newsroom.articles[REVISED].wording.title in leaf.body.decode()
    newsroom.revise(REVISED)
    await look(later)
    assert newsroom.articles[REVISED].revised.title in kept()[1][0].body.decode()
