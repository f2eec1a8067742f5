import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from crawler.dates import VIETNAM
from tests.diembao.standing import stand

OUTLETS = ["bennghemoi", "dothisophuongnam", "nhipphosong", "thuongcangmoi", "vamsong"]


def test_list_says_of_each_source_that_it_is_well(crawled):
    rows = crawled.program.ok("sources", "list").rows
    assert {(row["state"], row["state_reason"], row["trouble"]) for row in rows} == {
        ("ok", None, 0.0)
    }


@pytest.fixture
def drifting(archive):
    """An archive in which one source drifts."""
    stand(archive, "vamsong", "drifting", why="missed", bad=3, of=4)
    return archive


def test_list_says_since_when_and_why_a_source_drifts(drifting):
    (row,) = [row for row in drifting.ok("sources", "list").rows if row["id"] == "vamsong"]
    assert (row["state"], row["state_since"]) == ("drifting", "2025-11-27T08:00:00+07:00")
    assert row["state_reason"] == "the outlet's own selector found no text on 3 of 4 pages"


def test_table_says_it_in_the_users_words(drifting):
    table = drifting.having(LANGUAGE="vi").ok("sources", "list", "--format", "table").out
    words = " ".join(table.split())
    assert "trang đã đổi từ" in words
    assert words.count("ổn định") == len(OUTLETS) - 1


@pytest.fixture(scope="module")
def shown(crawled):
    """What 'show' tells of an outlet after two crawls."""
    return crawled.program.ok("sources", "show", "bennghemoi", "--format", "json").json[0]


def test_show_tells_what_the_polls_came_to(crawled, shown):
    account = shown["last_28_days"]
    articles = len(crawled.newsroom.items("bennghemoi"))
    assert (account["polls"], account["polls_failed"]) == (2, 0)
    assert account["candidates"] == account["fetched"] == account["articles"] == articles
    assert account["texts_by_stage"] == {"selector": articles}
    assert (account["empty_texts"], account["errors"]) == (0, {})
    assert account["not_modified_share"] == 0.5
    assert account["requests"] == 3 + articles  # robots.txt is kept
    assert account["bytes"] > 10_000


def test_show_tells_of_each_endpoint(shown):
    (feed,) = shown["endpoints"]
    assert feed["url"] == shown["feeds"][0]
    assert (feed["kind"], feed["last_status"], feed["last_error"]) == ("feed", 304, None)


def test_show_knows_no_rhythm_after_a_day(shown):
    assert shown["rhythm"] == {
        "expected_a_day": None, "seen_a_day_7": None, "seen_a_day_28": None
    }  # fmt: skip


def test_show_tells_the_rhythm_expected_and_seen(archive):
    today = datetime.now(VIETNAM).date()
    with closing(sqlite3.connect(archive.data / "diembao.db")) as database, database:
        database.executemany(
            "INSERT INTO source_day (source, day, counts) VALUES ('vamsong', ?, ?)",
            [
                ((today - timedelta(days=back)).isoformat(),
                 json.dumps({"polls": 9, "articles": 6 if back <= 7 else 2}))
                for back in range(1, 15)
            ],
        )  # fmt: skip
    rhythm = archive.ok("sources", "show", "vamsong").rows[0]["rhythm"]
    assert (rhythm["seen_a_day_7"], rhythm["seen_a_day_28"]) == (6.0, 4.0)
    assert 2 <= rhythm["expected_a_day"] <= 6


def test_table_of_show_has_a_line_for_each_fact(crawled):
    table = crawled.program.ok("sources", "show", "vamsong", "--format", "table").out
    lines = [line.split() for line in table.splitlines()]
    assert ["last_28_days.texts_by_stage.selector", "13"] in lines
    assert ["last_28_days.polls", "2"] in lines
    assert ["last_28_days.errors", "–"] in lines
