from datetime import timedelta

import pytest

from analysis.worddiff import applied
from storage import articles, events, reading, revisions
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, TOPIC, TWIN_CITY, judged, row, take

TITLE = "Kho dữ liệu dùng chung cho 168 phường, xã"
LATER = NOW + timedelta(hours=2)
SMALL = DATA_LAKE.replace("phường", "các phường", 1)


def again(session, text=DATA_LAKE, judgement=None, title=TITLE, **changes):
    """The first article as its outlet gives it two hours later."""
    return take(session, 1, text, judgement, title=title, first_seen_at=LATER, **changes)


def first(session, **how):
    return take(session, 1, DATA_LAKE, judged(DATA_LAKE, **how), title=TITLE).article_id


def told(session):
    return [event.type for event in events.after(session, 0, 9)]


@pytest.mark.parametrize(
    ("changes", "outcome", "substantial", "types"),
    [
        pytest.param({}, "unchanged", [], [], id="nothing"),
        pytest.param({"text": f"{DATA_LAKE}\n\n9 lượt xem"}, "unchanged", [], [], id="furniture"),
        pytest.param({"title": f"{TITLE}!"}, "revised", [False], [], id="sign-in-the-title"),
        pytest.param({"text": SMALL}, "revised", [False], [], id="few-words"),
        pytest.param(
            {"title": TITLE.replace("168", "169")}, "revised", [True], ["article.revised"],
            id="figure-in-the-title",
        ),
        pytest.param({"text": TWIN_CITY}, "revised", [True], ["article.revised"], id="text"),
    ],
)  # fmt: skip
def test_change_is_kept_and_told_by_its_weight(database, changes, outcome, substantial, types):
    with database.writing() as session:
        article_id = first(session)
        assert again(session, **changes).outcome == outcome
        kept = revisions.of_article(session, article_id)
        assert [revision.substantial for revision in kept] == substantial
        assert told(session) == ["article.published", *types]


def test_revision_holds_the_earlier_text_and_the_way_to_the_next(database):
    with database.writing() as session:
        article_id = first(session)
        hash_before = articles.get(session, article_id).content_hash
        again(session, TWIN_CITY, title="Bản sao số", lead="Lời dẫn mới")
        (kept,) = revisions.of_article(session, article_id)
        now = articles.get(session, article_id)
    assert (kept.title, kept.text, kept.content_hash) == (TITLE, DATA_LAKE, hash_before)
    assert kept.replaced_at == now.revised_at == LATER
    for field in ("title", "lead", "text"):
        assert applied(getattr(kept, field), kept.changes[field]) == getattr(now, field)


def test_last_change_in_substance_is_known(database):
    with database.writing() as session:
        article_id = first(session)
        assert revisions.last_in_substance(session, article_id) is None
        again(session, SMALL)
        assert revisions.last_in_substance(session, article_id) is None
        again(session, TWIN_CITY)
        assert revisions.last_in_substance(session, article_id) == LATER


@pytest.mark.parametrize(
    ("text", "title", "other"),
    [
        pytest.param(FLOOD, "Mưa lớn, nhiều tuyến đường ngập", True, id="another-story"),
        pytest.param(FLOOD, f"{TITLE}: cập nhật", False, id="same-title"),
        pytest.param(SMALL, "Mưa lớn, nhiều tuyến đường ngập", False, id="same-text"),
        pytest.param(f"{DATA_LAKE}\n\n{FLOOD}", "Mưa lớn ngập đường", False, id="grown"),
    ],
)
def test_another_story_shares_neither_title_nor_text(database, text, title, other):
    with database.writing() as session:
        known = articles.get(session, first(session))
        assert revisions.is_other_story(known, row(1, text, title=title), judged(text)) == other


def test_short_text_proves_no_other_story(database):
    with database.writing() as session:
        known = articles.get(session, take(session, 1, "Mời xem video.").article_id)
        fresh = row(1, FLOOD, title="Mưa lớn")
        assert not revisions.is_other_story(known, fresh, judged(FLOOD))


def corrected(session, article_id, text=DATA_LAKE, now=LATER, title=TITLE, **how):
    known = articles.get(session, article_id)
    rules = revisions.Rules(0.5, now)
    return revisions.correct(session, known, row(1, text, title=title), judged(text, **how), rules)


def test_correction_is_no_revision_and_told_to_nobody(database):
    with database.writing() as session:
        article_id = first(session)
        changed = corrected(session, article_id, SMALL, topics=(TOPIC,))
        assert changed == ["text", "topics"]
        article = articles.get(session, article_id)
        assert (article.text, article.revised_at) == (SMALL, None)
        assert revisions.of_article(session, article_id) == []
        assert told(session) == ["article.published"]
        assert reading.tagged(session, [article])[0].topics[0][0] == TOPIC.slug


def test_correction_made_twice_changes_nothing_the_second_time(database):
    with database.writing() as session:
        article_id = first(session)
        corrected(session, article_id, SMALL, score=0.8)
        assert corrected(session, article_id, SMALL, score=0.8) == []


@pytest.mark.parametrize(
    ("age", "types"),
    [
        pytest.param(timedelta(days=2), ["article.published"], id="young"),
        pytest.param(timedelta(days=4), [], id="old"),
    ],
)
def test_what_proves_on_topic_is_told_while_it_is_young(database, age, types):
    with database.writing() as session:
        article_id = first(session, relevant=False)
        assert "status" in corrected(session, article_id, now=NOW + age)
        assert articles.get(session, article_id).status == "new"
        assert told(session) == types


def test_news_that_proves_off_topic_is_none_any_more(database):
    with database.writing() as session:
        article_id = first(session)
        corrected(session, article_id, relevant=False)
        assert articles.get(session, article_id).status == "off_topic"


def test_copy_that_is_corrected_stays_a_copy(database):
    with database.writing() as session:
        first(session)
        copy = take(session, 2, DATA_LAKE).article_id
        corrected(session, copy, relevant=False)
        assert articles.get(session, copy).status == "exact_duplicate"


def test_news_by_a_clearer_copy_stays_news(database):
    with database.writing() as session:
        article_id = first(session, relevant=False)
        take(session, 2, DATA_LAKE)
        assert articles.get(session, article_id).status == "new"
        assert corrected(session, article_id, relevant=False) == []
        assert articles.get(session, article_id).status == "new"


def test_edits_since_a_moment_leap_over_what_stood_in_between(database):
    with database.writing() as session:
        article_id = first(session)
        for hours, title in ((1, "Bản một"), (2, "Bản hai"), (3, "Bản ba")):
            moment = NOW + timedelta(hours=hours)
            take(session, 1, DATA_LAKE, title=title, first_seen_at=moment)
        known = [articles.get(session, article_id)]
        since_first = revisions.edits(session, known, NOW)
        since_second = revisions.edits(session, known, NOW + timedelta(hours=1))
        since_last = revisions.edits(session, known, NOW + timedelta(hours=3))
    assert (since_first[article_id].title, since_second[article_id].title) == (TITLE, "Bản một")
    assert since_last == {}


def test_article_first_seen_since_has_no_edits(database):
    with database.writing() as session:
        known = [articles.get(session, first(session))]
        again(session, title="Bản hai")
        assert revisions.edits(session, known, NOW - timedelta(hours=1)) == {}
