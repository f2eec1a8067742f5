import csv
import io
import re
from itertools import chain

import pytest

from analysis.text import search_fold

FIELDS = {
    "id", "url", "canonical_url", "source", "title", "lead", "authors", "image", "published_at",
    "first_seen_at", "revised_at", "language", "content_hash", "relevance", "status",
    "duplicate_of", "seed", "similarity", "story", "topics", "entities",
}  # fmt: skip
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00")


def listed(crawled, *options):
    return crawled.program.ok("articles", "list", *options, "--format", "jsonl").rows


@pytest.fixture(scope="module")
def everything(crawled):
    """All stored articles with their texts, off-topic ones and copies too."""
    return listed(crawled, "--all", "--text")


@pytest.fixture(scope="module")
def news(crawled):
    """What is listed where nothing else is asked for."""
    return listed(crawled)


def test_article_has_the_promised_fields(everything):
    assert {frozenset(row) for row in everything} == {frozenset(FIELDS | {"text"})}


def test_text_is_given_only_when_asked_for(news):
    assert {frozenset(row) for row in news} == {frozenset(FIELDS)}


def test_ids_are_text(everything):
    assert all(isinstance(row[name], str) for row in everything for name in ("id", "story"))


def test_times_have_an_offset(everything):
    times = [row[name] for row in everything for name in ("published_at", "first_seen_at")]
    assert all(TIME.fullmatch(time) for time in times)


def test_list_is_of_news_and_newest_first(news):
    assert {row["status"] for row in news} == {"new"}
    times = [row["published_at"] for row in news]
    assert times == sorted(times, reverse=True)


def test_all_adds_copies_and_what_is_off_topic(everything, news):
    assert len(everything) == 64 > len(news) > 10
    assert {"new", "off_topic", "exact_duplicate", "near_duplicate", "seed_duplicate"} == {
        row["status"] for row in everything
    }


def fields_of(row):
    return {"text": row["text"], "title": row["title"], "lead": row["lead"]}


@pytest.mark.parametrize(("tags", "spans"), [("topics", "evidence"), ("entities", "mentions")])
def test_offsets_name_the_phrases(everything, tags, spans):
    checked = 0
    for row in everything:
        for span in chain.from_iterable(tag[spans] for tag in row[tags]):
            text = fields_of(row)[span.get("field", "text")]
            assert text[span["start"] : span["end"]] == span["text"]
            checked += 1
    assert checked > 100


def test_every_tag_has_its_evidence(everything):
    tags = [topic["evidence"] for row in everything for topic in row["topics"]]
    tags += [entity["mentions"] for row in everything for entity in row["entities"]]
    assert all(tags)


def test_json_holds_the_same_as_json_lines(crawled, news):
    assert crawled.program.ok("articles", "list", "--format", "json").json == news


def test_csv_holds_the_same_rows(crawled, news):
    out = crawled.program.ok("articles", "list", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["id"] for row in rows] == [row["id"] for row in news]
    assert [row["title"] for row in rows] == [row["title"] for row in news]


def test_table_names_the_articles(crawled, news):
    out = crawled.program.ok("articles", "list", "--limit", 1, "--format", "table").out
    assert news[0]["id"] in out
    assert news[0]["source"] in out


def test_listing_is_whole_unless_limited(crawled):
    assert len(listed(crawled, "--all", "--limit", 3)) == 3


@pytest.mark.parametrize(
    ("option", "value", "holds"),
    [
        pytest.param(
            "--topic", "y-te-so", lambda r: "y-te-so" in [t["slug"] for t in r["topics"]],
            id="topic",
        ),
        pytest.param(
            "--entity", "tphcm", lambda r: "tphcm" in [e["id"] for e in r["entities"]],
            id="entity-id",
        ),
        pytest.param(
            "--entity", "TP.HCM", lambda r: "TP.HCM" in [e["name"] for e in r["entities"]],
            id="entity-name",
        ),
        pytest.param("--source", "vamsong", lambda r: r["source"] == "vamsong", id="source"),
        pytest.param("--kind", "official", lambda r: r["source"] == "dothisophuongnam", id="kind"),
        pytest.param("--min-relevance", "0.5", lambda r: r["relevance"] >= 0.5, id="relevance"),
        pytest.param(
            "--query", '"diễn tập"',
            lambda r: "dien tap" in search_fold(f"{r['title']} {r['lead']} {r['text']}"),
            id="query",
        ),
    ],
)  # fmt: skip
def test_filter_gives_just_what_it_names(crawled, everything, option, value, holds):
    found = {row["id"] for row in listed(crawled, "--all", option, value)}
    assert {row["id"] for row in everything if holds(row)} == found
    assert 0 < len(found) < len(everything)


def test_filters_add_up(crawled, everything):
    found = listed(crawled, "--all", "--source", "vamsong", "--source", "bennghemoi",
                   "--topic", "du-lieu")  # fmt: skip
    wanted = {
        row["id"]
        for row in everything
        if row["source"] in {"vamsong", "bennghemoi"}
        and "du-lieu" in [topic["slug"] for topic in row["topics"]]
    }
    assert {row["id"] for row in found} == wanted


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("2020-01-01", "2030-01-01T00:00:00+07:00", 64),
        ("01/01/2020", "2020-01-02", 0),
        ("2099-01-01", "2099-01-02", 0),
    ],
)
def test_window_bounds_the_list(crawled, since, until, count):
    window = ("--since", since, "--until", until)
    assert len(listed(crawled, "--all", *window)) == count


def test_story_lists_its_articles(crawled, everything):
    copy = next(row for row in everything if row["duplicate_of"])
    found = listed(crawled, "--all", "--story", copy["story"])
    assert {copy["id"], copy["duplicate_of"]} <= {row["id"] for row in found}
    assert {row["story"] for row in found} == {copy["story"]}


def searched(crawled, *words):
    done = crawled.program.ok("articles", "search", *words, "--all", "--format", "jsonl")
    return [row["id"] for row in done.rows]


def test_search_finds_words_without_their_accents(crawled):
    with_accents = searched(crawled, "bệnh án điện tử")
    assert with_accents
    assert searched(crawled, "benh an dien tu") == with_accents


def test_search_reads_every_d_as_one(crawled):
    assert searched(crawled, "đường") == searched(crawled, "duong") != []


def test_search_wants_all_words(crawled):
    both = set(searched(crawled, "camera", "bản đồ"))
    assert both <= set(searched(crawled, "camera")) & set(searched(crawled, "ban do"))


def test_copy_is_shown_with_the_reason_in_words(crawled, everything):
    copy = next(row for row in everything if row["status"] == "near_duplicate")
    shown = crawled.program.ok("articles", "show", copy["id"], "--format", "json").json
    first = next(row for row in everything if row["id"] == copy["duplicate_of"])
    share = f"{int(copy['similarity'] * 100)}% of the text is that of "
    assert shown["reason"] == f"{share}«{first['title']}» ({first['source']}, {first['id']})"
    assert shown["related"] == []


def test_article_is_shown_with_text_evidence_and_story(crawled, everything):
    row = next(row for row in everything if row["status"] == "new")
    done = crawled.program.ok("articles", "show", row["id"], "--format", "json")
    shown = done.json
    assert {name: shown[name] for name in row} == row
    assert row["id"] in shown["in_story"]
    assert all(
        fields_of(row)[span.get("field", "text")][span["start"] : span["end"]] == span["text"]
        for span in shown["evidence"]
    )


def test_export_gives_texts_as_json_lines(crawled, everything):
    rows = crawled.program.ok("articles", "export", "--all").rows
    assert rows == everything


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (("show", "999999"), 1, "999999"),
        (("show", "một"), 2, "một: "),
        (("list", "--topic", "bong-da"), 2, "--topic bong-da: "),
        (
            ("list", "--kind", "radio"),
            2,
            "--kind radio: There is no “radio” to choose. There are: english, official, press",
        ),
        (("list", "--min-relevance", "2"), 2, "--min-relevance 2.0: "),
        (("list", "--since", "hôm qua"), 2, "--since hôm qua: "),
        (("list", "--story", "x"), 2, "--story x: "),
        (("list", "--query", 'chuyển "đổi'), 2, '--query chuyển "đổi: character 8: '),
    ],
)
def test_wrong_question_is_answered_in_one_line(program, arguments, code, named):
    done = program.run("articles", *arguments)
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert named in done.err
