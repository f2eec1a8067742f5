import pytest

from storage import articles, related
from tests.storage.sample import DATA_LAKE, FLOOD, TWIN_CITY, take

PARAGRAPHS = DATA_LAKE.split("\n\n")
MOST = PARAGRAPHS[len(PARAGRAPHS) // 3 :]


def link(session, one, other):
    (found,) = related.of_article(session, one.article_id)
    assert found[1].id == other.article_id
    return found[0]


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        pytest.param(f"{DATA_LAKE}\n\n{TWIN_CITY}", "version", id="all-of-it-and-as-much-again"),
        pytest.param("\n\n".join([*MOST, FLOOD]), "related", id="two-thirds"),
    ],
)  # fmt: skip
def test_what_repeats_an_article_is_news_and_linked_with_it(database, later, kind):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        second = take(session, 2, later)
        there, back = link(session, second, first), link(session, first, second)
    assert second.outcome == "new"
    assert there == back
    assert there.kind == kind
    assert 0.5 <= there.similarity <= 1
    assert 0.3 < there.own_share < 0.9


def test_copies_are_linked_by_what_they_copy_alone(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        copy = take(session, 2, DATA_LAKE)
        assert articles.get(session, copy.article_id).duplicate_of == first.article_id
        assert related.of_article(session, first.article_id) == []
