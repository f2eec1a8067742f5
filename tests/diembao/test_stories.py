"""The command line's stories, on the crawled newsroom: own pieces, and their copies."""

import pytest


@pytest.fixture
def news(archive):
    return archive.ok("articles", "list", "--format", "jsonl").rows


@pytest.fixture
def two(news):
    """News of two different stories."""
    first = news[0]
    return first, next(row for row in news if row["story"] != first["story"])


def shown(archive, story):
    return archive.ok("stories", "show", story, "--format", "json").json


def test_stories_list_what_is_news_with_its_outlets(archive, news):
    listed = archive.ok("stories", "list", "--format", "jsonl").rows
    assert {row["id"] for row in listed} == {row["story"] for row in news}
    assert all(row["outlets"] and row["title"] and row["first_at"] for row in listed)


def test_time_line_says_who_came_first_and_who_copied_whom(archive):
    copies = archive.ok("articles", "list", "--all", "--format", "jsonl").rows
    copy = next(row for row in copies if row["duplicate_of"])
    line = shown(archive, copy["story"])["timeline"]
    assert [row["time"] for row in line] == sorted(row["time"] for row in line)
    assert sum(row["first"] for row in line) == 1
    told = next(row["is"] for row in line if row["id"] == copy["id"])
    assert told.startswith(f"copy of article {copy['duplicate_of']} (")


def test_merged_stories_are_one_and_split_again(archive, two):
    one, other = two
    archive.ok(
        "stories", "merge", one["story"], other["story"], "--why", "một sự kiện", "--by", "Lan"
    )
    merged = shown(archive, other["story"])
    assert merged["id"] == one["story"]
    assert {one["id"], other["id"]} <= {row["id"] for row in merged["timeline"]}
    assert merged["changes"][-1]["note"] == "một sự kiện"
    found = archive.ok("articles", "list", "--story", other["story"], "--format", "jsonl").rows
    assert {one["id"], other["id"]} <= {row["id"] for row in found}
    apart = archive.ok(
        "stories", "split", one["story"], other["id"], "--by", "Lan", "--format", "json"
    )
    assert apart.json["id"] not in {one["story"], other["story"]}
    assert "Lan" in apart.json["changes"][-1]["told"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        pytest.param(["show", "99999"], 1, "99999", id="unknown"),
        pytest.param(["show", "mot"], 2, "mot: not an id", id="no-id"),
        pytest.param(["merge", "1", "1"], 1, "story 1", id="into-itself"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(archive, words, code, says):
    done = archive.run("stories", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err


def test_explanation_says_why_an_article_was_judged_so(archive, news):
    row = archive.ok("articles", "show", news[0]["id"], "--explain", "--format", "json").json
    said = "\n".join(row["explanation"])
    assert "on topic: score" in said
    assert all(topic["name"] in said for topic in row["topics"])
    assert f"story {row['story']}, articles: " in said


def test_explanation_says_by_which_delivery_a_subscription_was_told(archive, news):
    made = archive.ok(
        "subscribe", "lan@example.org", "--confirmed", "--since", "2020-01-01", "--format", "json"
    ).json
    told = explained(archive, news[0], made["id"])
    assert "not told yet" in told[-1]
    archive.ok("digest", "send", made["id"])
    (delivery,) = archive.ok("deliveries", "list", "--format", "jsonl").rows
    assert delivery["id"] in explained(archive, news[0], made["id"])[-1]


def test_explanation_names_the_part_of_the_filter_that_does_not_fit(archive, news):
    made = archive.ok(
        "subscribe", "lan@example.org", "--confirmed", "--since", "2020-01-01", "--query",
        "khongcotunay", "--format", "json",
    ).json  # fmt: skip
    assert "khongcotunay" in explained(archive, news[0], made["id"])[-1]


def explained(archive, article, subscription):
    words = ("articles", "show", article["id"], "--explain", "--subscription", subscription)
    return archive.ok(*words, "--format", "json").json["explanation"]
