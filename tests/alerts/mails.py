"""Digests to look at: one for each thing that a mail may have to show."""

from dataclasses import replace
from datetime import timedelta

from alerts.digest import Past, TopicView, compose
from storage.revisions import Edit
from storage.tallies import Tally
from tests.alerts.sample import (
    AI,
    ARTICLES,
    CITY,
    DATA,
    FOOTING,
    FROM,
    GOVERNMENT,
    TO,
    TRAFFIC,
    article,
    empty_digest,
    entity,
)

HEALTH = TopicView("y-te-so", "Y tế số", 0.8)
STARTUPS = TopicView("khoi-nghiep", "Khởi nghiệp", 0.7)
ENGLISH_NAMES = {
    "Dữ liệu": "Data",
    "Trí tuệ nhân tạo": "Artificial intelligence",
    "Chính quyền số": "Digital government",
    "Đô thị thông minh": "Smart city",
    "Giao thông thông minh": "Smart transport",
    "Y tế số": "Digital health",
    "Khởi nghiệp": "Start-ups",
}
ENGLISH_FOOTING = replace(FOOTING, schedule="every day at 07:00", filters="topics: Data")
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y>{{ 7 * 7 }}{% raw %}%(count)s"
UNSEEN = "\r\n\u202egnảb iạ\u202c\x00\u200b\u2028\u2067x\u2069"

_CENTRE = entity("Trung tâm Chuyển đổi số", "organisation", 3)
_DEPARTMENT = entity("Sở Khoa học và Công nghệ", "government", 2)
_MORE = (
    article(
        10,
        source="thoisu",
        title="Mười hai bệnh viện dùng chung bệnh án điện tử, người bệnh khỏi chụp lại phim",
        lead="Kết quả xét nghiệm và phim chụp đi theo người bệnh giữa các bệnh viện của thành "
        "phố; nơi nhận vẫn có thể làm lại nếu bác sĩ thấy cần.",
        topics=(HEALTH, DATA),
        entities=(_DEPARTMENT, entity("Bệnh viện Ví Dụ", "organisation", 4)),
    ),
    article(11, source="nhatbao", status="near_duplicate", duplicate_of="10", story="110"),
    article(12, source="tinthu", status="exact_duplicate", duplicate_of="10", story="110"),
    article(
        13,
        source="tinthu",
        title="Phường thử nhận hồ sơ qua ki-ốt ngoài giờ: tám trên mười người tự làm được",
        lead="Hai ki-ốt đặt ngoài trụ sở nhận hồ sơ đến 22 giờ, có người trực qua màn hình.",
        topics=(GOVERNMENT,),
        entities=(_CENTRE,),
    ),
    article(
        14,
        url="https://english.example/startups",
        source="baomau",
        source_name="Sample English Daily",
        language="en",
        title="City fund backs nine young firms that work on flood and traffic data",
        lead="The nine get office space and data for a year; what they find is to be published.",
        topics=(STARTUPS, DATA),
        entities=(_DEPARTMENT,),
    ),
    article(
        15,
        source="thoisu",
        title="Bản đồ ngập theo thời gian thực mở cho mọi người, chậm nhất năm phút",
        lead="Hơn ba trăm cảm biến gửi số liệu về một trang; dữ liệu tải về được.",
        topics=(DATA, CITY),
        entities=(_CENTRE,),
    ),
    article(
        16,
        source="tinthu",
        title="Camera ở 60 giao lộ: kẹt xe giảm ở đâu, chưa giảm ở đâu",
        lead="Một bài viết riêng về chuyện đèn giao thông.",
        topics=(TRAFFIC, AI),
        story="105",
    ),
    article(
        17,
        source="nhatbao",
        title="Cuối tuần này thử nghiệm thanh toán vé xe buýt bằng khuôn mặt",
        lead="",
        topics=(),
    ),
)
_EDIT = Edit(
    title="Kho dữ liệu đất đai dùng chung: 36 phường nối xong, phần còn lại hẹn quý I/2026",
    figures=(("36 phường", "38 phường"), ("120 tỷ đồng", "135 tỷ đồng")),
    named=("Sở Nông nghiệp và Môi trường",),
    added=42,
    removed=7,
)
_BEFORE = Tally(5, {"du-lieu": 2, "ai": 1, "chinh-quyen-so": 1}, {_CENTRE.id: 0, _DEPARTMENT.id: 1})


def ordinary(**changes):
    """A morning's digest: nine stories, one of them revised and one a further piece."""
    past = Past(told={"113"}, edits={"4": _EDIT}, tally=_BEFORE)
    return compose((*ARTICLES, *_MORE), empty_digest(**changes), past=past)


def english():
    """The same morning for a reader of English."""
    past = Past(told={"113"}, edits={"4": _EDIT}, tally=_BEFORE)
    articles = [
        replace(
            each,
            topics=tuple(replace(t, name=ENGLISH_NAMES[t.name]) for t in each.topics),
        )
        for each in (*ARTICLES, *_MORE)
    ]
    return compose(articles, empty_digest(language="en"), past=past)


def one():
    """A single story, carried by three outlets."""
    return compose(ARTICLES[:3], empty_digest())


def revised():
    """A single story whose text has changed."""
    return compose(ARTICLES[3:4], empty_digest(), past=Past(edits={"4": _EDIT}))


def further():
    """Another piece on a story told before."""
    return compose(ARTICLES[4:5], empty_digest(), past=Past(told={"105"}))


def overflow(count=14, limit=12):
    """More stories than a mail can hold."""
    many = [
        article(
            number,
            published_at=TO - timedelta(minutes=number),
            topics=((DATA, AI), (GOVERNMENT,), (HEALTH, DATA), ())[number % 4],
            entities=(_CENTRE,),
        )
        for number in range(count)
    ]
    return compose(many, empty_digest(), limit=limit)


def hostile():
    """Everything that outlets should not send."""
    sources = [f"{HOSTILE} {number}" for number in range(12)]
    old = FROM - timedelta(hours=1)
    bad = (
        article(1, title=HOSTILE, lead=HOSTILE, topics=(replace(AI, name=HOSTILE),)),
        article(2, title=f"a{UNSEEN}b", lead=f"c{UNSEEN}d", source_name=f"Báo{UNSEEN}Lạ"),
        article(3, title="x" * 10_000, lead="y" * 10_000, source_name="z" * 10_000),
        article(4, title="dài " * 2_500, lead="🇻🇳🚦" * 2_000, url=f"https://a.vn/{'b' * 1_900}"),
        article(5, title="", lead="", url="javascript:alert(1)"),
        article(6, title="مرحبا بالعالم אבג", source_name="أخبار", language='"><script>'),
        article(7, first_seen_at=old, revised_at=TO, entities=(entity(HOSTILE * 9, "place", 1),)),
        *(article(20 + n, source_name=name, story="101") for n, name in enumerate(sources)),
    )
    edit = Edit(HOSTILE * 9, ((UNSEEN, HOSTILE * 9),) * 3, (HOSTILE,) * 4, (UNSEEN,) * 4, 1, 1)
    return compose(bad, empty_digest(), past=Past(edits={"7": edit}))


GOLDEN = {
    "digest": (ordinary, FOOTING),
    "digest.en": (english, ENGLISH_FOOTING),
    "digest.one": (one, FOOTING),
    "digest.revised": (revised, FOOTING),
    "digest.further": (further, FOOTING),
    "digest.overflow": (overflow, FOOTING),
    "digest.hostile": (hostile, FOOTING),
}
