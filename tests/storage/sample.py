"""Articles to store: texts of the sample newsroom under judgements made for the test."""

from dataclasses import replace
from datetime import UTC, datetime

from analysis.fingerprints import fingerprint
from analysis.judgement import EntityTag, Judgement, Relevance, Span, TopicTag
from analysis.searching import searchable
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED
from storage.arrivals import Arrival
from storage.articles import ingest
from storage.seeds import KnownSeed

NOW = datetime(2025, 11, 28, 2, 0, tzinfo=UTC)
NEWSROOM = load_articles(SHIPPED)


def body(name):
    return "\n\n".join(NEWSROOM[name].wording.paragraphs)


DATA_LAKE = body("bennghemoi/kho-du-lieu-dung-chung-cho-168-phuong-xa-310198")
DATA_LAKE_EDITED = body("nhipphosong/gop-kho-du-lieu-ba-dia-ban-482117")
TWIN_CITY = body("bennghemoi/ban-sao-so-khu-trung-tam-310203")
FLOOD = body("nhipphosong/cam-bien-ngap-bao-truoc-40-phut-482236")
SHORT = "Mời quý vị xem video trên trang của chúng tôi."

TOPIC = TopicTag("du-lieu", "Dữ liệu", 0.8, (Span("kho dữ liệu", 4, 15),))
ENTITY = EntityTag("org-so-khcn", "Sở Khoa học và Công nghệ", "government", (Span("Sở", 0, 2),))


def judged(text, relevant=True, topics=(), entities=(), score=None):
    if score is None:
        score = 0.9 if relevant else 0.1
    return Judgement(
        rules="test-1",
        language="vi",
        fingerprint=fingerprint(text),
        relevance=Relevance(score, relevant, (Span("số", 0, 2),)),
        topics=topics,
        entities=entities,
    )


def row(number, text, **changes):
    """An article as a crawl brings it, not yet stored."""
    source = changes.get("source", "bennghemoi")
    address = f"https://{source}.example/bai-post{number}.html"
    plain = {
        "source": source,
        "url": address,
        "canonical_url": address,
        "title": f"Bài {number}",
        "text": text,
        "first_seen_at": NOW,
    }
    return Arrival(**(plain | changes))


def take(session, number, text, judgement=None, seeds=(), **changes):
    arrival = row(number, text, **changes)
    search = searchable(arrival.title, arrival.lead, arrival.text)
    return ingest(session, arrival, replace(judgement or judged(text), search=search), seeds)


def seed(id_, text, **facts):
    return KnownSeed(id_, fingerprint(text), **facts)
