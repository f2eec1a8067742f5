"""``diembao backfill``: the account, going on after a kill, and that nobody is told."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.diembao.daemon import stored
from tests.diembao.program import new_program
from tests.diembao.test_crawl import FIELDS, OUTCOMES, of
from tests.servers.waiting import eventually

PAST = ("nhipphosong", "vamsong")  # one has a sitemap, the other a listing


def days(back=7):
    """The options for a week until today, as Vietnam's calendar has it."""
    today = (datetime.now(UTC) + timedelta(hours=7)).date()
    return ("--from", today - timedelta(days=back), "--to", today)


@pytest.fixture(scope="module")
def filled(standing, tmp_path_factory):
    """An archive after a backfill of three outlets, one of which cannot be asked for its past."""
    program = new_program(tmp_path_factory.mktemp("filled"), standing)
    program.ok("subscribe", "ban.doc@example.org", "--confirmed", "--schedule", "instant")
    before = len(standing.requests)
    done = program.run("backfill", "bennghemoi", *PAST, *days(), "--format", "json")
    asked = [ask.path for ask in standing.requests[before:] if ask.path != "/robots.txt"]
    return program, done, asked


@pytest.mark.parametrize("outlet", PAST)
def test_account_has_what_a_crawls_report_has(filled, outlet):
    part = of(filled[1].json, outlet)
    assert part.keys() >= FIELDS
    assert part["discovered"] == part["fetched"] + sum(part["skipped"].values())
    assert part["fetched"] == sum(part[name] for name in OUTCOMES)
    assert filled[1].json["totals"]["fetched"] == sum(
        each["fetched"] for each in filled[1].json["sources"]
    )


@pytest.mark.parametrize("outlet", PAST)
def test_every_article_of_the_days_is_fetched_once(filled, standing, outlet):
    paths = [item.path for item in standing.items(outlet)]
    assert of(filled[1].json, outlet)["fetched"] == len(paths)
    assert [filled[2].count(path) for path in paths] == [1] * len(paths)


def test_outlet_without_a_past_to_ask_is_named_and_the_others_go_on(filled):
    _, done, _ = filled
    assert done.code == 1
    assert "bennghemoi: neither sitemaps nor listings" in done.err
    assert [part["source"] for part in done.json["sources"]] == list(PAST)


def test_in_a_pipe_there_is_no_progress(filled):
    assert len(filled[1].err.splitlines()) == 1


def test_nobody_is_told_of_what_was_found(filled):
    program = filled[0]
    assert program.ok("articles", "list").rows
    program.ok("digest", "send")
    assert program.ok("deliveries", "list").rows == []


def test_killed_it_goes_on_and_fetches_nothing_twice(standing, tmp_path):
    slow = new_program(tmp_path, standing, delay=0.3)
    slow.ok("db", "upgrade")
    command = ("backfill", *PAST, *days(), "--format", "json")
    before = len(standing.requests)
    with slow.running(*command) as running:
        eventually(lambda: stored(slow) >= 4)
        running.kill()
    new_program(tmp_path, standing)
    done = slow.ok(*command)
    assert "vamsong: goes on where it stopped" in done.err
    paths = {item.path for outlet in PAST for item in standing.items(outlet)}
    asked = [ask.path for ask in standing.requests[before:]]
    assert stored(slow) == len(paths) == done.json["totals"]["fetched"]
    # What was in hand when it was killed, two pages a host at most, may be asked once more.
    assert sum(asked.count(path) > 1 for path in paths) <= 4
    assert done.json["totals"]["failed"] == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("khong-co", *days()), "no source khong-co"),
        (
            ("vamsong", "--from", "2026-10-02", "--to", "2026-10-01"),
            "the first day not after the last",
        ),
        (("vamsong", "--from", "1900-01-01", "--to", "2026-10-01"), "not before 1998-01-01"),
        (("vamsong", "--from", "hôm qua", "--to", "2026-10-01"), "a date such as 2019-01-31"),
        (("vamsong", "--from", "2026-10-01"), "--to"),
    ],
    ids=["source", "order", "too-early", "no-date", "no-end"],
)
def test_wrong_use_is_told_in_words(program, asked, words):
    done = program.called("backfill", *asked)
    assert done.code == 2
    assert words in done.err
