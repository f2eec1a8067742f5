from datetime import UTC, datetime

import pytest

from analysis.worddiff import applied
from diembao.history import told
from storage import looking
from storage.database import open_database
from tests.diembao.program import copy_of, new_program
from tests.servers import background

REVISED = "thuongcangmoi/kinh-te-so-dong-gop-grdp-77124"
GONE_AT = datetime(2025, 11, 29, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """A program that has read an article in both its wordings, and the article."""
    with background.newsroom() as newsroom:
        program = new_program(tmp_path_factory.mktemp("revised"), newsroom)
        program.ok("crawl", "thuongcangmoi")
        newsroom.revise(REVISED)
        report = program.ok("crawl", "thuongcangmoi", "--format", "json").json
        assert report["totals"]["revised"] == 1
        article = newsroom.articles[REVISED]
    return program, article


@pytest.fixture
def missed(revised, tmp_path):
    """The program with an archive of its own, in which the article is missed for some reasons."""
    program = copy_of(revised[0], tmp_path)

    def miss(*reasons):
        database = open_database(f"sqlite:///{program.data / 'diembao.db'}")
        address = shown(program, revised[1])["canonical_url"]
        with database.writing() as session:
            for reason in reasons:
                article = looking.article_at(session, address)
                looking.missed(article, reason, GONE_AT, for_good=False)
        database.close()
        return shown(program, revised[1])

    return miss


def key(program, article):
    found = program.ok("articles", "search", article.revised.title, "--format", "jsonl")
    return found.rows[0]["id"]


def shown(program, article):
    return program.ok("articles", "show", key(program, article), "--format", "json").json


def test_article_is_shown_with_its_revisions_and_their_words(revised):
    program, article = revised
    row = shown(program, article)
    (revision,) = row["revisions"]
    assert (revision["title_before"], revision["substantial"]) == (article.wording.title, True)
    assert applied(article.wording.title, revision["changes"]["title"]) == row["title"]
    text = "\n\n".join(article.wording.paragraphs)
    assert applied(text, revision["changes"]["text"]) == row["text"]
    assert revision["at"] == row["revised_at"]
    assert (row["gone_at"], row["gone_reason"]) == (None, None)


def test_table_shows_what_went_and_what_came(revised):
    program, article = revised
    out = program.ok("articles", "show", key(program, article), "--format", "table").out
    assert "[-26,4%-] {+27,1%+}" in " ".join(out.split())


def test_gone_article_is_shown_with_the_reason(missed):
    gone = missed("HTTP 404", "HTTP 410")
    assert (gone["gone_at"], gone["gone_reason"]) == ("2025-11-29T09:00:00+07:00", "HTTP 410")
    assert gone["text"]


def test_suspicion_is_not_shown_as_a_reason(missed):
    assert missed("HTTP 404")["gone_reason"] is None


def test_change_without_substance_bears_no_mark():
    revision = {
        "at": "2025-11-28T09:00:00+07:00",
        "substantial": False,
        "changes": {"title": [["=", 3, "Kho"], ["+", "?"]], "reasons": []},
    }
    assert told(revision) == "2025-11-28 09:00 | title: Kho {+?+}"
    assert told({**revision, "substantial": True}).startswith("2025-11-28 09:00* |")
