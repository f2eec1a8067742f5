"""The article's own paragraphs in a page: where they stand, and what around them is none of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from crawler.bylines import signature
from crawler.dates import parse_date
from crawler.markup import Paragraph, one_line, paragraphs, select, without_agency

# A body of fewer letters is rather a teaser or a notice; short briefs stay above it.
MIN_BODY = 200
MAX_BODY = 500_000
# Above this share of letters in links a block is navigation. Real bodies stay below 0.1.
MAX_LINKED = 0.5
MIN_REPEATED = 40
MAX_LEAD = 1_000

# Where the families of content systems used by Vietnam's outlets put the body.
LAYOUTS = (
    "[itemprop~=articleBody]", ".afcbc-body", ".cms-body", ".article__body", ".fck_detail",
    ".singular-content", ".the-article-body", ".td-post-content", "#maincontent", ".maincontent",
    ".__MASTERCMS_CONTENT", "#content_detail_news", ".article-detail-content", ".detail-content",
    ".article-editor", ".article-content", ".article-body", ".entry-content", ".post-content",
    ".journal-content-article", ".content-detail", ".news-content", ".entry",
)  # fmt: skip

_JUNK_TAGS = frozenset({
    "script", "style", "noscript", "template", "iframe", "button", "figcaption", "nav",
    "aside", "footer", "audio", "video", "object", "svg", "select", "textarea",
})  # fmt: skip
# Words in class, id and type of what is no part of an article's text.
_JUNK_WORDS = frozenset({
    "related", "relate", "relates", "relatednews", "relatedonenews", "relatednewsbox", "lienquan",
    "tinlienquan", "tinlq", "bailienquan", "listnewsincontent", "tindnd", "chisochungkhoan",
    "readmore", "docthem", "xemthem", "notebox", "wrapnote", "recommend", "recommended",
    "recommendation", "suggest", "trending", "mostread", "docnhieu", "xemnhieu", "caption",
    "captions", "pcaption", "share", "shares", "sharing", "sharebox", "social", "socials",
    "comment", "comments", "cmt", "binhluan", "tags", "tag", "tagbox", "taglist", "keywords",
    "tukhoa", "hashtag", "author", "authors", "byline", "tacgia", "banner", "banners", "ads",
    "adv", "advs", "advert", "advertisement", "advertising", "quangcao", "sponsor", "sponsored",
    "adsbygoogle", "newsletter", "subscribe", "breadcrumb", "breadcrumbs", "survey", "poll",
    "vote", "rating", "podcast", "toolbar", "pagination", "popup", "modal", "cookie", "widget",
    "copyright", "menu", "navbar", "sidebar",
})  # fmt: skip
_KEPT_INSERTS = frozenset({"quote", "table", "text", "content", ""})
_KEPT_FIGURES = ("table", "blockquote")

_CAPTION = re.compile(
    r"(?:^|[\s.,;(\[–—|-])(?:Ảnh|Photo|Đồ họa|Đồ hoạ|Clip|Infographic|Nguồn ảnh)"
    r"(?:\s+(?:minh họa|minh hoạ|chụp màn hình|tư liệu|cắt từ clip|do [^:]{1,40}))?"
    r"\s*:\s*[^:]{1,80}$"
)
_POINTER = re.compile(
    r"(?:>{2,3}|»|•\s*)?\s*"
    r"(?:(?:mời\s)?(?:quý\s|bạn\s)?(?:độc giả\s|bạn\s)?(?:đọc|xem) (?:thêm|tiếp|ngay)"
    r"|(?:tin|bài|bài viết|nội dung|tin tức) (?:liên quan|cùng chủ đề|cùng chuyên mục)"
    r"|tham khảo thêm|có thể bạn quan tâm|tin (?:nổi bật|mới|đọc nhiều)|đọc nhiều|read more"
    r"|related (?:news|articles?|stories)|từ khóa|từ khoá|chủ đề|tags?|chia sẻ|bình luận"
    r"|theo dõi .{2,40} trên)(?!\w)",
    re.IGNORECASE,
)
_CRUMBS = re.compile(r"(?:Trang chủ|Home)\s*[»›>/|]")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)\s|bản quyền (?:thuộc|©)|copyright\b|giấy phép số|all rights reserved)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """An article's paragraphs and the names signed below them; ``agency`` where one is named."""

    paragraphs: tuple[str, ...]
    signed: str = ""
    agency: str = ""

    @property
    def length(self) -> int:
        """How many letters it has."""
        return sum(map(len, self.paragraphs))


def without_junk(tree: HtmlElement, drop: Sequence[str] = (), body: str | None = None) -> None:
    """Take out of a tree, in place, what the source drops and what is plainly no article.

    ``body`` is the source's selector of the body, which is never taken out.
    """
    doomed = [element for selector in drop for element in select(tree, selector)]
    frames = _frames(tree, body)
    doomed += [item for item in tree.iter() if item not in frames and _is_junk(item)]
    pictures = (_captioned(image) for image in tree.iter("img"))
    doomed += [block for block in pictures if block is not None and block not in frames]
    for element in doomed:
        if element.getparent() is not None and element.tag != "body":
            element.drop_tree()


def without_link_lists(tree: HtmlElement) -> None:
    """Take out of a tree, in place, the lists that are hardly more than links."""
    for element in list(tree.iter("ul", "ol")):
        lines = paragraphs(element)
        if element.getparent() is not None and _linked(lines) > MAX_LINKED * _letters(lines):
            element.drop_tree()


def without_layout_tables(tree: HtmlElement) -> None:
    """Turn the tables that old pages are laid out with into plain blocks, in place."""
    for table in list(tree.iter("table")):
        inside = (table.iter("table", "h1", "div"), table.iter("p", "br"))
        if any(len(list(islice(items, 3))) > 1 for items in inside):
            table.tag = "div"
            for part in table.iter("tbody", "thead", "tfoot", "tr", "td", "th"):
                part.tag = "div"


def by_selector(tree: HtmlElement, selector: str | None) -> list[Paragraph]:
    """The paragraphs of the first of a source's containers that holds a body, else of any."""
    found = [paragraphs(element) for element in select(tree, selector)]
    return next((lines for lines in found if holds(lines)), max(found, key=_letters, default=[]))


def by_layout(tree: HtmlElement) -> list[Paragraph]:
    """The paragraphs of the known layout's container that holds most, empty if there is none."""
    for selector in LAYOUTS:
        found = max((paragraphs(item) for item in select(tree, selector)), key=_letters, default=[])
        if holds(found):
            return found
    return []


def whole_lead(lines: Sequence[Paragraph], lead: str) -> str:
    """The lead, or the whole paragraph among the first two of which it is the cut-off beginning."""
    start = key(lead.rstrip(" .…"))
    for line in lines[:2]:
        text = without_agency(line.text)
        if len(start) >= MIN_REPEATED and key(text).startswith(start) and len(text) <= MAX_LEAD:
            return text
    return lead


def holds(lines: Sequence[Paragraph]) -> bool:
    """Whether paragraphs may be an article's body: long enough, and not mostly links."""
    letters = _letters(lines)
    return letters >= MIN_BODY and _linked(lines) < MAX_LINKED * letters


def tidy(lines: Sequence[Paragraph], title: str, lead: str) -> Body:
    """The body of an article: no captions, pointers, byline, nor its title and lead once more."""
    kept = [line.text for line in _bounded(lines) if not _is_aside(line)]
    kept = _without_repeats(kept, title, lead)
    while kept and _COPYRIGHT.match(kept[-1]):
        kept.pop()
    signed = agency = ""
    for _ in range(2):
        names, body = signature(kept[-1]) if len(kept) > 1 else ("", "")
        if not names and not body:
            break
        signed, agency = signed or names, agency or body
        kept.pop()
    if kept:
        kept[0] = without_agency(kept[0])
    return Body(tuple(kept), signed, agency)


def key(text: str) -> str:
    """The letters and digits of a text in lower case: equal for texts a reader calls the same."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _letters(lines: Sequence[Paragraph]) -> int:
    return sum(len(line.text) for line in lines)


def _is_heading_matter(text: str) -> bool:
    """Whether a line is the path of sections or the date above an article."""
    return len(text) < 80 and bool(_CRUMBS.match(text) or (len(text) < 60 and parse_date(text)))


def _bounded(lines: Sequence[Paragraph]) -> Iterator[Paragraph]:
    letters = 0
    for line in lines:
        letters += len(line.text)
        if letters > MAX_BODY:
            return
        yield line


def _linked(lines: Sequence[Paragraph]) -> int:
    return sum(line.linked for line in lines)


def _is_junk(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in _JUNK_TAGS:
        return isinstance(element.tag, str)
    if element.tag == "figure":
        return next(element.iter(*_KEPT_FIGURES), None) is None
    if element.tag in {"form", "table"} and len(element.text_content()) < 2 * MIN_BODY:
        # Pictures stand in tables with their captions; ASP.NET puts a form around all.
        return element.tag == "form" or next(element.iter("img"), None) is not None
    attributes = f"{element.get('class', '')} {element.get('id', '')}".lower()
    if "vcsortableinpreviewmode" in attributes:
        return element.get("type", "").lower() not in _KEPT_INSERTS
    return not _JUNK_WORDS.isdisjoint(re.split(r"[^a-z0-9]+", attributes))


def _captioned(image: HtmlElement) -> HtmlElement | None:
    """The small block of a picture and the few centred or slanted words below it, if it is one."""
    for block in islice(image.iterancestors(), 3):
        if len(list(islice(block.iter(), 16))) > 15:
            return None
        if block.tag in {"div", "p"}:
            text = one_line(block.text_content())
            slanted = one_line("".join(part.text_content() for part in block.iter("em", "i")))
            centred = "center" in f"{block.get('style', '')}{block.get('align', '')}"
            if len(text) < MIN_BODY and (centred or text == slanted):
                return block
    return None


def _frames(tree: HtmlElement, body: str | None) -> set[HtmlElement]:
    """The article's containers and all that is around them, however suspicious its name."""
    found = list(tree.iter("h1", "main"))
    for selector in (body, *LAYOUTS[:6]):
        found += [item for item in select(tree, selector) if len(item.text_content()) >= MIN_BODY]
    return {frame for item in found for frame in (item, *item.iterancestors())}


def _is_aside(line: Paragraph) -> bool:
    length = len(line.text)
    if line.linked >= 0.8 * length and length < 300:
        return True
    if length < 400 and _CAPTION.search(line.text):
        return not signature(line.text)[0]
    pointer = _POINTER.match(line.text) if length < 200 else None
    if not pointer:
        return line.text.startswith(">>") and line.linked > 0
    rest = line.text[pointer.end() :].lstrip()
    return rest[:1] in {"", ":", "»", ">"} or line.linked > 0.3 * length


def _without_repeats(texts: list[str], title: str, lead: str) -> list[str]:
    """The texts without title, lead and a line with nothing but a date among the first four."""
    known = {key(title), key(lead), ""}
    head = [
        text
        for text in texts[:4]
        if key(without_agency(text)) not in known and not _is_heading_matter(text)
    ]
    return head + texts[4:]
