import pytest

from crawler.failures import NO_ARTICLE, Trouble
from crawler.newsroom import Taken
from crawler.reports import MOST_ERRORS, SourceReport, totals
from crawler.signs import Tally

GONE, BUSY = Trouble("hard", "gone"), Trouble("temporary", "server")


def read(*pages, has_selector=True):
    report = SourceReport("a")
    for page in pages:
        report.read(page, has_selector=has_selector)
    return report


@pytest.mark.parametrize(
    ("page", "signs"),
    [
        pytest.param(Taken("new", "selector"), set(), id="read-as-ever"),
        pytest.param(Taken("new", "layout"), {"missed"}, id="read-by-another-stage"),
        pytest.param(Taken("new", "selector", dated=False), {"undated"}, id="without-a-date"),
        pytest.param(Taken("new", "selector", signed=False), {"unsigned"}, id="without-an-author"),
        pytest.param(Taken("new", "selector", agreement=0.9), set(), id="referee-agrees"),
        pytest.param(
            Taken("new", "selector", agreement=0.2), {"disagreed"}, id="referee-disagrees"
        ),
    ],
)
def test_page_is_counted_among_those_with_its_signs(page, signs):
    report = read(page)
    assert {sign for sign, tally in report.signs.items() if tally.bad} == signs
    assert report.stages == {page.stage: 1}


def test_page_that_was_not_refereed_says_nothing_of_agreement():
    assert read(Taken("new", "selector")).signs["disagreed"] == Tally()


def test_source_without_selectors_misses_none():
    assert read(Taken("new", "layout"), has_selector=False).signs["missed"] == Tally()


@pytest.mark.parametrize("stage", ["captions", "lead", "jsonld"])
def test_page_without_a_body_misses_none(stage):
    assert read(Taken("new", stage)).signs["missed"] == Tally()


def test_failures_are_counted_by_class_and_kind():
    report = SourceReport("a")
    report.endpoint_error("https://a.example/rss", "HTTP 410", GONE)
    report.error("https://a.example/1", "no text", NO_ARTICLE)
    report.error("https://a.example/2", "no text", NO_ARTICLE)
    shown = report.as_json()
    assert shown["failures"] == {"hard/gone": 1, "soft/no_article": 2}
    assert [error["class"] for error in shown["errors"]] == ["hard", "soft", "soft"]
    assert (shown["failed"], report.unread) == (3, {"https://a.example/rss": "HTTP 410"})


@pytest.mark.parametrize("order", [(GONE, BUSY), (BUSY, GONE)])
def test_hope_is_the_endpoint_that_will_mend_soonest(order):
    report = SourceReport("a", endpoints=2)
    for number, trouble in enumerate(order):
        report.endpoint_error(f"https://a.example/{number}", "x", trouble)
    assert report.failed_wholly
    assert report.hope == BUSY


def test_errors_beyond_the_limit_are_only_counted():
    report = SourceReport("a")
    for number in range(MOST_ERRORS + 5):
        report.error(f"https://a.example/{number}", "HTTP 500", BUSY)
    assert (len(report.errors), report.failed) == (MOST_ERRORS, MOST_ERRORS + 5)
    assert report.failures == {BUSY: MOST_ERRORS + 5}


def test_totals_add_reports_up():
    reports = [read(Taken("new", "selector")), read(Taken("off_topic", "selector"))]
    reports[0].skip("known", 3)
    total = totals(reports)
    assert (total["sources"], total["fetched"], total["new"], total["off_topic"]) == (2, 2, 1, 1)
    assert total["skipped"] == {"known": 3}
