"""What stands inside an article's container and is no part of its text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from crawler.lines import one_line
from crawler.sentences import INLINE, runs_through
from crawler.trees import LeftOut, Node, ancestors, attribute_of, select

# A block of fewer letters is rather a caption, a form or a notice than a piece of the text.
MIN_TEXT = 200
MAX_CAPTIONS = 60
MAX_NAMED = 500
MAX_CAPTION_LETTERS = 500_000
MAX_FRAMES = 100

_JUNK_TAGS = frozenset({
    "script", "style", "noscript", "template", "iframe", "button", "figcaption", "nav",
    "aside", "footer", "audio", "video", "object", "svg", "select", "textarea",
})  # fmt: skip
# Words in class, id and type of what is no part of an article's text.
_RELATED_WORDS = frozenset({
    "related", "relate", "relates", "relatednews", "relatedonenews", "relatednewsbox", "lienquan",
    "tinlienquan", "tinlq", "bailienquan", "listnewsincontent", "tindnd", "chisochungkhoan",
    "readmore", "docthem", "xemthem", "recommend", "recommended", "recommendation", "suggest",
    "trending", "mostread", "docnhieu", "xemnhieu", "banner", "banners", "ads", "adv", "advs",
    "advert", "advertisement", "advertising", "quangcao", "sponsor", "sponsored", "adsbygoogle",
    "author", "authors", "byline", "tacgia", "comment", "comments", "cmt", "binhluan",
})  # fmt: skip
# Boxes of other articles in a text, whose names say it in no single word.
_BOXES = re.compile(r"inner-article|cms-insert-neww|cms-wiki-news|insert-wiki|insert-?news")
_CAPTION_WORDS = frozenset({"caption", "captions", "pcaption"})
_JUNK_WORDS = _RELATED_WORDS | _CAPTION_WORDS | {
    "notebox", "wrapnote", "share", "shares", "sharing", "sharebox", "social", "socials", "tags",
    "tag", "tagbox", "taglist", "keywords", "tukhoa", "hashtag", "newsletter", "subscribe",
    "breadcrumb", "breadcrumbs", "survey", "poll", "vote", "rating", "podcast", "toolbar",
    "pagination", "popup", "modal", "cookie", "widget", "copyright", "menu", "navbar", "sidebar",
    "paywall",
}  # fmt: skip
_KEPT_INSERTS = frozenset({"quote", "table", "text", "content", ""})
# Whatever these hold and stand in is the article, however suspicious its name.
FRAMES = (
    "h1, main, [itemprop~=articleBody], .afcbc-body, .cms-body, .article__body, .fck_detail,"
    " .singular-content"
)
_CAPTIONS = (
    "figcaption, .PhotoCMS_Caption, .pCaption, .Caption, .caption, .pic-caption, .img-caption,"
    " .image-caption, .photo-caption, .wp-caption-text, td.pic_caption, .desc_cation, .tplCaption"
)
_PARTED = re.compile(r"[^a-z0-9]+")


def asides(container: Node, drop: Sequence[str] = (), body: str | None = None) -> LeftOut:
    """What to leave out of a container: what the source drops, and what is plainly no text.

    ``body`` is the source's selector of the body, which is never left out.
    """
    kept = _frames(container, body)
    doomed = {element.mem_id for selector in drop for element in select(container, selector)}
    doomed |= {block.mem_id for block in picture_blocks(container)} - kept

    def left_out(element: Node) -> bool:
        here = element.mem_id
        return here in doomed or (here not in kept and _is_junk(element))

    return left_out


def is_among_junk(element: Node) -> bool:
    """Whether an element stands in what is no article: a sidebar, a box of related news."""
    around = list(ancestors(element))
    kept = _frames(around[-1], None) if around else set()
    return any(e.mem_id not in kept and e.tag != "body" and _is_junk(e) for e in around)


def picture_blocks(container: Node) -> Iterator[Node]:
    """The small blocks of a picture and the few centred or slanted words below it."""
    for image in container.css("img"):
        for block in islice(ancestors(image, container), 3):
            if sum(1 for _ in islice(block.traverse(), 16)) > 15:
                break
            if block.tag in {"div", "p"} and _is_captioned(block):
                yield block
                break


def captions(container: Node, selector: str | None = None) -> tuple[str, ...]:
    """The words below an article's pictures, each once, in order."""
    named = list(select(container, selector)) or container.css(_CAPTIONS)
    own = (block for block in named[:MAX_NAMED] if not _is_related(block, container))
    found = map(one_line, _texts((*own, *picture_blocks(container))))
    return _innermost(text for text in found if 2 <= len(text) <= 1_000)[:MAX_CAPTIONS]


def _texts(blocks: Iterable[Node]) -> Iterator[str]:
    """The texts of blocks, up to more than all captions of a page have: each may hold the page."""
    letters = 0
    for block in blocks:
        text = block.text()
        letters += len(text)
        if letters > MAX_CAPTION_LETTERS:
            return
        yield text


def _innermost(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts, each once, without those that hold one found before."""
    found: list[str] = []
    for text in texts:
        if len(found) < MAX_CAPTIONS and not any(known in text or text in known for known in found):
            found.append(text)
    return tuple(found)


def _is_captioned(block: Node) -> bool:
    text = one_line(block.text())
    if len(text) >= MIN_TEXT:
        return False
    if "center" in f"{attribute_of(block, 'style')}{attribute_of(block, 'align')}":
        return True
    return text == one_line("".join(part.text() for part in block.css("em, i")))


def _frames(container: Node, body: str | None) -> set[int]:
    """The article's blocks inside a container and all that is around them."""
    frames: set[int] = set()
    for item in (*container.css(FRAMES)[:MAX_FRAMES], *islice(select(container, body), MAX_FRAMES)):
        if item.tag in {"h1", "main"} or len(item.text()) >= MIN_TEXT:
            for frame in (item, *ancestors(item)):
                if frame.mem_id in frames:
                    break
                frames.add(frame.mem_id)
    return frames


def _is_related(block: Node, container: Node) -> bool:
    around = (block, *ancestors(block, container))
    return any(not _RELATED_WORDS.isdisjoint(_words(_named(item))) for item in around)


def _is_junk(element: Node) -> bool:
    tag = element.tag
    if tag in _JUNK_TAGS:
        return True
    if tag == "figure":
        return not element.css("table, blockquote")
    if tag in {"form", "table"} and len(element.text()) < 2 * MIN_TEXT:
        # Pictures stand in tables with their captions; ASP.NET puts a form around all.
        return tag == "form" or bool(element.css("img"))
    name = _named(element)
    if "vcsortableinpreviewmode" in name:
        return attribute_of(element, "type").lower() not in _KEPT_INSERTS
    return _means_junk(name) and not _is_running_text(element, name)


@lru_cache(maxsize=4_096)
def _means_junk(name: str) -> bool:
    return not _JUNK_WORDS.isdisjoint(_words(name)) or bool(_BOXES.search(name[:500]))


def _is_running_text(element: Node, name: str) -> bool:
    if element.tag not in INLINE or not _CAPTION_WORDS.isdisjoint(_words(name)):
        return False
    return runs_through(element, lambda other: _means_junk(_named(other)))


def _named(element: Node) -> str:
    given = element.attributes
    return f"{given.get('class') or ''} {given.get('id') or ''}".lower() if given else ""


@lru_cache(maxsize=4_096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(_PARTED.split(name[:500]))
