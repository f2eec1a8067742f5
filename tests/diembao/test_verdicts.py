"""What the sample newsroom's articles are taken for, held against what their authors say."""

from collections import defaultdict

import pytest

from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED

# Relevance and topics have floors of their own on real articles; this one keeps the way whole.
RELEVANCE_FLOOR = 0.85
TOPICS_FLOOR = 0.75

ARTICLES = load_articles(SHIPPED)
COPIES = ("exact_duplicate", "near_duplicate")


def families():
    """Articles that are copies of each other, by the original."""
    found = defaultdict(set)
    for article in ARTICLES.values():
        if article.expect.of in ARTICLES:
            found[article.expect.of] |= {article.expect.of, article.id}
    return sorted(found.items())


@pytest.fixture(scope="session")
def stored(crawled):
    """The stored articles by the newsroom's ids."""
    rows = crawled.program.ok("articles", "list", "--all", "--format", "jsonl").rows
    by_address = {row["canonical_url"]: row for row in rows}
    newsroom = crawled.newsroom
    return {name: by_address[newsroom.article_address(name)] for name in newsroom.articles}


def test_every_article_is_stored_once(crawled, stored):
    assert len({row["id"] for row in stored.values()}) == len(ARTICLES) == 64
    assert crawled.first["totals"]["fetched"] == len(ARTICLES)


@pytest.mark.parametrize(
    ("original", "family"),
    families(),
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_copies_are_copies_of_whichever_came_first(stored, original, family):
    rows = {name: stored[name] for name in family}
    first = [row for row in rows.values() if row["duplicate_of"] is None]
    assert len(first) == 1
    copies = [row for row in rows.values() if row is not first[0]]
    assert {row["duplicate_of"] for row in copies} == {first[0]["id"]}
    assert {row["story"] for row in copies} == {first[0]["story"]}
    assert all(row["similarity"] > 0.5 for row in copies)


@pytest.mark.parametrize(
    ("original", "family"),
    [pair for pair in families() if len(pair[1]) == 2],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_unchanged_copy_is_exact_and_edited_one_is_near(stored, original, family):
    copy = next(iter(family - {original}))
    statuses = [stored[name]["status"] for name in family]
    assert ARTICLES[copy].expect.status in statuses
    assert sum(status in COPIES for status in statuses) == 1


def test_only_copies_are_taken_for_copies(stored):
    related = {name for _, family in families() for name in family}
    wrong = [name for name, row in stored.items() if row["duplicate_of"] and name not in related]
    assert wrong == []


def test_copy_of_a_seed_is_known(stored):
    seeded = {name: row for name, row in stored.items() if row["status"] == "seed_duplicate"}
    assert list(seeded) == ["dothisophuongnam/so-ket-chuong-trinh-nhip-cau-so-10511"]
    assert next(iter(seeded.values()))["seed"] == "seed-000"


def test_relevance_is_mostly_as_its_authors_say(stored):
    judged = [
        (ARTICLES[name].expect.status, row["status"])
        for name, row in stored.items()
        if row["status"] in {"new", "off_topic"} and ARTICLES[name].expect.status not in COPIES
    ]
    right = sum(expected == found for expected, found in judged)
    assert len(judged) > 40
    assert right / len(judged) >= RELEVANCE_FLOOR


def test_topics_are_mostly_as_their_authors_say(stored):
    wanted = {(name, slug) for name, a in ARTICLES.items() for slug in a.expect.topics}
    found = {(name, topic["slug"]) for name, row in stored.items() for topic in row["topics"]}
    assert len(wanted & found) / len(wanted) >= TOPICS_FLOOR
