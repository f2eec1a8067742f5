from datetime import timedelta

import pytest

from storage import polling, reading
from storage.filters import Filter, Window, from_json
from storage.tables import Article
from tests.storage.sample import ENTITY, NOW, SHORT, TOPIC, judged, take

TEXTS = {
    1: "Đường phố thông minh: 100% đèn tín hiệu tự tính giờ xanh.",
    2: "Chuyển đổi số ở phường: hồ sơ_giấy được thay bằng hồ sơ điện tử.",
    3: "Số hóa chuyển sang giai đoạn đổi mới.",
}


@pytest.fixture
def archive(database):
    with database.writing() as session:
        sources = {"a": ("A", "press"), "b": ("B", "official")}
        polling.register(session, sources, NOW)
        first = judged(TEXTS[1], topics=(TOPIC,), score=0.9)
        second = judged(TEXTS[2], entities=(ENTITY,), score=0.6)
        take(session, 1, TEXTS[1], first, source="a")
        take(session, 2, TEXTS[2], second, source="b", first_seen_at=NOW + timedelta(hours=1))
        take(session, 3, TEXTS[3], source="b", first_seen_at=NOW + timedelta(hours=2))
        take(session, 4, SHORT, judged(SHORT, relevant=False), source="a")
    return database


def found(archive, wanted, window=None):
    with archive.reading() as session:
        articles = reading.find(session, wanted, window or Window())
        assert reading.count(session, wanted, window or Window()) == len(articles)
        return sorted(tagged.article.id for tagged in articles)


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        pytest.param({}, [1, 2, 3], id="everything-new"),
        pytest.param({"topics": ("du-lieu",)}, [1], id="topic"),
        pytest.param({"topics": ("ai", "du-lieu")}, [1], id="any-of-topics"),
        pytest.param({"topics": ("ai",)}, [], id="topic-of-none"),
        pytest.param({"entities": ("org-so-khcn",)}, [2], id="entity-by-id"),
        pytest.param({"entities": ("Sở Khoa học và Công nghệ",)}, [2], id="entity-by-name"),
        pytest.param({"sources": ("b",)}, [2, 3], id="source"),
        pytest.param({"sources": ("a", "b")}, [1, 2, 3], id="any-of-sources"),
        pytest.param({"kinds": ("official",)}, [2, 3], id="kind"),
        pytest.param({"kinds": ("english",)}, [], id="kind-of-none"),
        pytest.param({"min_relevance": 0.6}, [1, 2, 3], id="relevance-reached"),
        pytest.param({"min_relevance": 0.61}, [1, 3], id="relevance-missed"),
        pytest.param({"min_relevance": 0.0}, [1, 2, 3], id="relevance-of-zero"),
        pytest.param({"sources": ("a",), "topics": ("du-lieu",)}, [1], id="all-of-the-parts"),
        pytest.param({"sources": ("b",), "topics": ("du-lieu",)}, [], id="parts-that-exclude"),
        pytest.param({"query": "đường"}, [1], id="word"),
        pytest.param({"query": "duong"}, [1], id="word-without-accents"),
        pytest.param({"query": "ĐƯỜNG"}, [1], id="word-in-capitals"),
        pytest.param({"query": "chuyen doi so"}, [2, 3], id="words-in-any-order"),
        pytest.param({"query": '"chuyển đổi số"'}, [2], id="phrase"),
        pytest.param({"query": '"chuyen doi so"'}, [2], id="phrase-without-accents"),
        pytest.param({"query": '"điện tử" phường'}, [2], id="phrase-and-word"),
        pytest.param({"query": "bài"}, [1, 2, 3], id="word-of-the-title"),
        pytest.param({"query": "100%"}, [1], id="sign-beside-a-word-is-none"),
        pytest.param({"query": "ho_so"}, [2], id="underscore-parts-words"),
        pytest.param({"query": "1%0"}, [], id="percent-is-no-wildcard"),
        pytest.param({"query": "h_ s_"}, [], id="underscore-is-no-wildcard"),
        pytest.param({"query": "x' OR 1=1 --"}, [], id="no-way-into-the-statement"),
        pytest.param({"query": "chuyể"}, [], id="part-of-a-word"),
        pytest.param({"query": "điện OR đèn"}, [1, 2], id="either"),
        pytest.param({"query": "chuyển AND NOT phường"}, [3], id="not"),
        pytest.param({"query": "NOT (đèn OR phường)"}, [3], id="not-either"),
        pytest.param({"query": 'title:"bài 2"'}, [2], id="title"),
        pytest.param({"query": "title:đường"}, [], id="word-of-the-text-not-of-the-title"),
        pytest.param({"query": '"2 chuyen"'}, [], id="phrase-over-a-field-border"),
        pytest.param({"query": "topic:du-lieu"}, [1], id="topic-in-the-query"),
        pytest.param({"query": 'topic:"dữ liệu" OR entity:org-so-khcn'}, [1, 2], id="names"),
        pytest.param({"query": 'entity:"so khoa hoc va cong nghe"'}, [], id="name-not-as-stored"),
        pytest.param({"query": "source:b NOT kind:press"}, [2, 3], id="source-and-kind"),
        pytest.param({"query": "after:2025-11-28"}, [1, 2, 3], id="after-a-day-in-vietnam"),
        pytest.param({"query": "before:28/11/2025"}, [], id="before-a-day"),
        pytest.param({"query": "before:2025-11-28T10:00+07:00"}, [1], id="before-a-moment"),
        pytest.param({"query": "   "}, [1, 2, 3], id="blank"),
    ],
)
def test_filter_finds(archive, asked, ids):
    assert found(archive, Filter(**asked)) == ids


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        pytest.param({"everything": True}, [1, 2, 3, 4], id="also-off-topic"),
        pytest.param({"since": NOW + timedelta(hours=1)}, [2, 3], id="since-includes-its-moment"),
        pytest.param({"until": NOW + timedelta(hours=1)}, [1], id="until-excludes-its-moment"),
        pytest.param({"story": 2}, [2], id="story"),
        pytest.param({"story": 10**30}, [], id="story-beyond-any"),
    ],
)
def test_window_bounds(archive, asked, ids):
    assert found(archive, Filter(), Window(**asked)) == ids


def test_window_goes_by_the_time_of_publication(archive):
    with archive.writing() as session:
        session.get_one(Article, 1).published_at = NOW - timedelta(days=30)
    assert found(archive, Filter(), Window(until=NOW - timedelta(days=29))) == [1]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(topics=("ai",), query="số"),
        Filter(entities=("x",), kinds=("press",), sources=("a", "b"), min_relevance=0.5),
    ],
    ids=["empty", "some", "many"],
)
def test_stored_filter_is_read_as_it_was(wanted):
    assert from_json(wanted.as_json()) == wanted


def test_stored_filter_holds_only_what_is_asked_for():
    assert Filter(topics=("ai",)).as_json() == {"topics": ("ai",)}
