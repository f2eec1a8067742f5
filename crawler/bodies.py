"""The article's own paragraphs in a page: where they stand, and what around them is none of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.bylines import opening, signature
from crawler.dates import parse_date
from crawler.junk import MIN_TEXT, asides, captions, is_among_junk
from crawler.lines import key, without_agency
from crawler.sources import Extract
from crawler.trees import Node, Paragraph, paragraphs, select

# A body of fewer letters is rather a teaser or a notice; short briefs stay above it.
MIN_BODY = MIN_TEXT
MAX_BODY = 500_000
# Above this share of letters in links a block is navigation. Real bodies stay below 0.1.
MAX_LINKED = 0.5
MIN_REPEATED = 40
MAX_LEAD = 1_000
MAX_CONTAINERS = 50
MAX_CREDIT = 100
MAX_KICKER = 80

# Where the families of content systems used by Vietnam's outlets put the body.
LAYOUTS = (
    "[itemprop~=articleBody]", ".afcbc-body", ".cms-body", ".article__body", ".fck_detail",
    ".singular-content", ".the-article-body", ".td-post-content", "#maincontent", ".maincontent",
    ".__MASTERCMS_CONTENT", ".edittor-content", "#content_detail_news", ".article-detail-content",
    ".detail-content", ".article-editor", ".article-content", ".article-body", ".entry-content",
    ".post-content", ".journal-content-article", ".content-detail", ".news-content", ".entry",
)  # fmt: skip

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
_NOTICE = re.compile(r"[\W_]*(?:advertisements?|quảng cáo)[\W_]*", re.IGNORECASE)
_CRUMBS = re.compile(r"(?:Trang chủ|Home)\s*[»›>/|]")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)\s|bản quyền (?:thuộc|©)|copyright\b|giấy phép số|all rights reserved)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a stage takes for the article: its lines, and the captions that stood among them."""

    lines: Sequence[Paragraph] = ()
    captions: tuple[str, ...] = ()

    @property
    def letters(self) -> int:
        """How many letters the lines have."""
        return _letters(self.lines)


@dataclass(frozen=True, slots=True)
class Body:
    """An article's paragraphs and captions, and who signed below; ``agency`` where one is named."""

    paragraphs: tuple[str, ...]
    captions: tuple[str, ...] = ()
    signed: str = ""
    agency: str = ""

    @property
    def length(self) -> int:
        """How many letters it has."""
        return sum(map(len, self.paragraphs))

    @property
    def is_told_by_captions(self) -> bool:
        """Whether it is a story in pictures: hardly a text, but an article's worth of captions."""
        return self.length < MIN_BODY <= sum(map(len, self.captions))


def by_selector(tree: Node, rules: Extract) -> Found:
    """The lines of the first of a source's containers that holds a body, else of the largest."""
    return _first(select(tree, rules.body), rules)


def by_layout(tree: Node, rules: Extract) -> Found:
    """The lines of the known layout's container that holds most, empty if there is none."""
    in_pictures = Found()
    for selector in LAYOUTS:
        own = (item for item in tree.css(selector)[:MAX_CONTAINERS] if not is_among_junk(item))
        largest = max(own, key=lambda item: len(item.text()), default=None)
        found = _inside(largest, rules) if largest else Found()
        if holds(found.lines):
            return found
        in_pictures = in_pictures if shows(in_pictures) or not shows(found) else found
    return in_pictures


def _first(containers: Iterator[Node], rules: Extract) -> Found:
    longest = Found()
    for container in containers:
        found = _inside(container, rules)
        if holds(found.lines):
            return found
        longest = max(longest, found, key=lambda one: (shows(one), one.letters))
    return longest


def _inside(container: Node, rules: Extract) -> Found:
    lines = paragraphs(container, asides(container, rules.drop, rules.body))
    return Found(lines, captions(container, rules.caption))


def whole_lead(lines: Sequence[Paragraph], lead: str) -> str:
    """The lead, or the whole paragraph among the first two of which it is the cut-off beginning."""
    start = key(lead.rstrip(" .…"))
    for line in lines[:2] if len(start) >= MIN_REPEATED else ():
        text = without_agency(line.text)
        if len(text) <= MAX_LEAD and key(text[: 2 * len(lead)]).startswith(start):
            return text
    return lead


def holds(lines: Sequence[Paragraph]) -> bool:
    """Whether paragraphs may be an article's body: long enough, and not mostly links."""
    letters = _letters(lines)
    return letters >= MIN_BODY and _linked(lines) < MAX_LINKED * letters


def shows(found: Found) -> bool:
    """Whether what was found is a story in pictures: captions enough for a body, and no other."""
    return found.letters < MIN_BODY <= sum(map(len, found.captions))


def tidy(found: Found, title: str, lead: str) -> Body:
    """The body of an article: no captions, pointers, byline, nor its title and lead once more."""
    below: list[str] = []
    kept: list[str] = []
    for line in _bounded(found.lines):
        if _is_caption(line):
            below.append(line.text)
        elif not _is_aside(line):
            kept.append(line.text)
    kept = _without_repeats(kept, title, lead)
    written_by, above = opening(kept)
    if above:
        kept = _without_repeats(kept[above:], title, lead)
    while kept and _COPYRIGHT.match(kept[-1]):
        kept.pop()
    signed, agency = written_by, ""
    for _ in range(2):
        names, body = signature(kept[-1]) if len(kept) > 1 else ("", "")
        if not names and not body:
            break
        signed, agency = signed or names, agency or body
        kept.pop()
    if kept:
        kept[0] = without_agency(kept[0])
    return Body(tuple(kept), tuple(dict.fromkeys([*found.captions, *below])), signed, agency)


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


def _is_caption(line: Paragraph) -> bool:
    text = line.text
    if len(text) >= 400 or ":" not in text[-MAX_CREDIT:]:
        return False
    return bool(_CAPTION.search(text)) and not signature(text)[0]


def _is_aside(line: Paragraph) -> bool:
    length = len(line.text)
    if line.linked >= 0.8 * length and length < 300:
        return True
    if length < MAX_CREDIT and _NOTICE.fullmatch(line.text):
        return True
    pointer = _POINTER.match(line.text) if length < 200 else None
    if not pointer:
        return line.text.startswith(">>") and line.linked > 0
    rest = line.text[pointer.end() :].lstrip()
    return rest[:1] in {"", ":", "»", ">"} or line.linked > 0.3 * length


def _without_repeats(texts: list[str], title: str, lead: str) -> list[str]:
    """The texts without title, lead and a line with nothing but a date among the first four.

    What stands above the title is short and names the section, a series or the outlet.
    """
    known = {key(title), key(lead), ""}
    longest = 2 * max(len(title), len(lead), MIN_REPEATED)
    keys = [key(text) if len(text) <= longest else text for text in texts[:4]]
    above = keys.index(key(title)) if key(title) in keys else 0
    head = [
        text
        for text in texts[above if max(map(len, texts[:above]), default=0) < MAX_KICKER else 0 : 4]
        if len(text) > longest
        or (key(without_agency(text)) not in known and not _is_heading_matter(text))
    ]
    return head + texts[4:]
