"""An invented morning's news, as the digest tests use it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.digest import ArticleView, Digest, EntityView, TopicView, compose
from alerts.rendering import Footing

SEEN = datetime(2025, 11, 27, 23, 30, tzinfo=UTC)
FROM = datetime(2025, 11, 27, 0, 0, tzinfo=UTC)
TO = datetime(2025, 11, 28, 0, 0, tzinfo=UTC)

FOOTING = Footing(
    public_url="https://diembao.example.org",
    manage_url="https://diembao.example.org/subscription/managetoken",
    unsubscribe_url="https://diembao.example.org/unsubscribe/leavetoken",
    schedule="hằng ngày lúc 07:00",
    filters="chủ đề: Dữ liệu, Trí tuệ nhân tạo",
)

OUTLETS = {
    "baomau": "Báo Mẫu",
    "tinthu": "Tin Thử",
    "nhatbao": "Nhật Báo Ví Dụ",
    "thoisu": "Thời Sự Mẫu",
}


def entity(name, kind, count):
    spans = tuple({"text": name, "start": 10 * i, "end": 10 * i + len(name)} for i in range(count))
    return EntityView(name.lower().replace(" ", "-"), name, kind, spans)


def article(number, **changes):
    plain = ArticleView(
        id=str(number),
        url=f"https://baomau.example/bai-{number}.html",
        canonical_url=f"https://baomau.example/bai-{number}.html",
        source="baomau",
        source_name="Báo Mẫu",
        title=f"Bài số {number} về chuyển đổi số của Thành phố Hồ Chí Minh",
        lead="Một câu dẫn bịa ra để thử.",
        first_seen_at=SEEN,
        published_at=SEEN - timedelta(minutes=10 * number),
        story=str(100 + number),
        language="vi",
        content_hash=f"{number:032x}",
        relevance=0.9,
    )
    if "source" in changes:
        changes.setdefault("source_name", OUTLETS[changes["source"]])
    return replace(plain, **changes)


def empty_digest(**changes):
    plain = Digest(
        subscription="sub-1",
        language="vi",
        timezone="Asia/Ho_Chi_Minh",
        period_from=FROM,
        period_to=TO,
    )
    return replace(plain, **changes)


DATA = TopicView("du-lieu", "Dữ liệu", 0.82)
AI = TopicView("ai", "Trí tuệ nhân tạo", 0.91)
GOVERNMENT = TopicView("chinh-quyen-so", "Chính quyền số", 0.74)
CITY = TopicView("do-thi-thong-minh", "Đô thị thông minh", 0.55)
TRAFFIC = TopicView("giao-thong-thong-minh", "Giao thông thông minh", 0.5)

ARTICLES = (
    article(
        1,
        title="Trợ lý ảo của tổng đài 1022 trả lời người dân bằng ba thứ tiếng từ đầu tháng 12",
        lead="Sau bốn tháng chạy thử tại sáu phường, trợ lý ảo được mở cho cả thành phố; mỗi câu "
        "trả lời ghi rõ văn bản làm căn cứ, và người dân chuyển được sang tổng đài viên bất cứ "
        "lúc nào.",
        topics=(GOVERNMENT, AI, DATA),
        entities=(
            entity("Trung tâm Chuyển đổi số", "organisation", 3),
            entity("Tổng đài 1022", "platform", 5),
            entity("Phường Hiệp Bình", "place", 1),
        ),
        story="101",
    ),
    article(
        2,
        source="tinthu",
        url="https://tinthu.example/tro-ly-ao-1022",
        title="Trợ lý ảo 1022",
        status="near_duplicate",
        duplicate_of="1",
        similarity=0.93,
        story="101",
    ),
    article(3, source="nhatbao", status="exact_duplicate", duplicate_of="1", story="101"),
    article(
        4,
        source="thoisu",
        url="https://thoisu.example/kho-du-lieu-dat-dai?a=1&b=2",
        title="Kho dữ liệu đất đai dùng chung: 38 phường nối xong, phần còn lại hẹn quý I/2026",
        lead="Hồ sơ giấy của hai mươi năm đang được số hóa; sở nói phần khó nhất không phải máy "
        "móc mà là số liệu chênh nhau giữa các kho cũ.",
        topics=(DATA, GOVERNMENT),
        entities=(entity("Sở Nông nghiệp và Môi trường", "organisation", 2),),
        first_seen_at=FROM - timedelta(hours=20),
        published_at=FROM - timedelta(hours=21),
        revised_at=TO - timedelta(hours=2),
        story="104",
    ),
    article(
        5,
        source="nhatbao",
        url="https://nhatbao.example/den-giao-thong",
        title="Đèn giao thông “biết nhìn” ở 60 giao lộ: <b>kẹt xe</b> giờ chiều & điều chưa rõ",
        lead="",
        topics=(TRAFFIC, AI, CITY, DATA, GOVERNMENT),
        published_at=None,
        story="105",
    ),
)


def sample_digest(**changes):
    return compose(ARTICLES, empty_digest(**changes))
