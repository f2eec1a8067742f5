"""Articles that are more to be seen than read, and those that are not free to read."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from crawler.bodies import MIN_BODY, Body
from crawler.documents import Access, Medium
from crawler.lines import one_line
from crawler.reading import Reading

# Steps of an address, first words of a file's name, and marks before a title.
_VIDEO = re.compile(
    r"^(?:(?:video|videos|clip|clips|video-clip|tv|xem-video)$|(?:video|clip)-)", re.IGNORECASE
)
_PHOTO = re.compile(
    r"^(?:(?:photo|photos|anh|hinh-anh|album|gallery|infographics?|do-hoa|phong-su-anh|photo-story"
    r"|photostory|e?-?photo|tin-anh|multimedia-photo)$|(?:infographics?|photo|chum-anh)-)",
    re.IGNORECASE,
)
_VIDEO_TITLE = re.compile(r"[\[(]?\s*(?:video|clip)\s*(?:[\])]|:)", re.IGNORECASE)
_PHOTO_TITLE = re.compile(
    r"[\[(]?\s*(?:photo|ảnh|infographics?|đồ họa|đồ hoạ|chùm ảnh)\s*(?:[\])]|:)", re.IGNORECASE
)
_VIDEO_BOX = ".detail__video, .video-detail, .article--video, .videodetail, .box-video-detail"
_PHOTO_BOX = ".photo-detail, .article--photo, .photo-story, .detail-photo, .infographic-detail"

_LOCKS = (
    "[class*=paywall i], [id*=paywall i], .premium-box, .box-premium, .locked-content,"
    " .article-locked, .content-locked, .subscribe-to-read, [data-paywall]"
)
_LOCK_WORDS = re.compile(
    r"(?:đăng nhập|đăng ký|mua gói|thuê bao|trả phí|gói thành viên|subscribe|sign in|log in)"
    r".{0,60}(?:đọc|xem|nội dung|bài|read|continue|access)",
    re.IGNORECASE | re.DOTALL,
)
PAYWALL_NOTE = "behind a paywall: the text may be the teaser only"
# A page with more text is an article with a video or pictures in it.
MAX_BESIDE = 1_000
# A body this long is hardly a teaser: the box then waits for scripts that lock other pages.
MAX_TEASER = 1_500


def medium_of(reading: Reading, title: str, body: Body) -> Medium:
    """Whether a page is an article, a video or pictures, by its address and what it says.

    An article that has a video beside enough letters of text stays one.
    """
    letters = body.length
    if "video" in reading.meta.media:
        return "video"
    if letters < MIN_BODY and reading.jsonld.media:
        return "video" if "video" in reading.jsonld.media else "photo"
    steps = [unquote(step) for step in urlsplit(reading.page.url).path.split("/")[:8]]
    by_sign: tuple[tuple[Medium, re.Pattern[str], re.Pattern[str], str], ...] = (
        ("video", _VIDEO, _VIDEO_TITLE, _VIDEO_BOX),
        ("photo", _PHOTO, _PHOTO_TITLE, _PHOTO_BOX),
    )
    for medium, address, mark, box in by_sign:
        if any(address.match(step) for step in steps) or mark.match(title):
            return medium
        if letters < MAX_BESIDE and reading.tree.css_first(box) is not None:
            return medium
    return "photo" if body.is_told_by_captions else "article"


def access_of(reading: Reading, letters: int) -> Access:
    """Whether a page with so many letters of text is free to read, by its word or its locks."""
    if reading.jsonld.paid or reading.meta.paid:
        return "paywalled"
    if letters > MAX_TEASER or not re.search(
        rb"(?i:paywall)|premium|locked|subscribe", reading.data
    ):
        return "open"
    boxes = (one_line(box.text()) for box in reading.tree.css(_LOCKS)[:10])
    return "paywalled" if any(_LOCK_WORDS.search(text) for text in boxes) else "open"


def words_beside(
    reading: Reading, captions: tuple[str, ...], lead: str
) -> Iterator[tuple[str, str]]:
    """What stands for the text of a page that has none of its own, best first, with its origin."""
    yield "jsonld", reading.jsonld.text or reading.jsonld.lead
    yield "captions", "\n\n".join(captions)
    yield "lead", lead
    yield "meta", reading.meta.lead
    if reading.candidate:
        yield "feed", reading.candidate.lead
        yield "feed", reading.candidate.title
