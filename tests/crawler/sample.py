"""An invented page, and reading it."""

import json
from datetime import UTC, datetime

from crawler.documents import Page
from crawler.extraction import extract

NOW = datetime(2025, 12, 1, tzinfo=UTC)
URL = "https://baomau.example/phuong-so-post12.html"
FIRST = "Phường mở quầy số đầu tiên"
BODY = f"""<p>{FIRST}, nơi người dân tự nộp hồ sơ với sự giúp đỡ của hai bạn trẻ
trong tổ công nghệ.</p><p>Sau một tuần, hơn ba trăm lượt người đã dùng quầy, phần lớn là người
cao tuổi đến nhận kết quả và hỏi về ứng dụng mới.</p>"""


def read(html, source=None, candidate=None, url=URL, content_type="text/html", **more):
    """The document made of a page."""
    body = html if isinstance(html, bytes) else html.encode()
    return extract(Page(url, body, NOW, content_type), source, candidate, **more)


def article(inside="", head="", body=BODY):
    """A page of a usual layout; ``inside`` stands between title and body."""
    frame = f"<article><div class='entry-content'>{body}</div></article>"
    return f"<html><head>{head}</head><body><h1>Quầy số</h1>{inside}{frame}</body></html>"


def jsonld(**fields):
    """A script that describes an article."""
    value = {"@type": "NewsArticle", "headline": "Quầy số", **fields}
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'
