"""Which part of a body is the article itself: captions, byline and reading lists are blanked."""

import re
from collections.abc import Iterable

from analysis.patterns import beginning
from analysis.text import fold, paragraphs, syllables

# Headings that can only begin a list of other articles.
_CLEAR = re.compile(
    r"(?:đọc thêm|(?:các )?(?:tin|bài|bài viết|tin bài) (?:liên quan|khác)"
    r"|(?:tin |bài )?cùng chuyên mục|tin (?:mới hơn|cũ hơn|nổi bật|mới nhất)"
    r"|(?:tin |bài )?đọc nhiều(?: nhất)?|đừng bỏ lỡ|có thể bạn quan tâm"
    r"|related (?:news|articles)|read more)"
)
# Headings that also occur inside an article or above its key words.
_WEAK = re.compile(r"xem thêm|nổi bật|tags?|từ khóa|chủ đề|bình luận|ý kiến bạn đọc|tin mới")
_CREDIT = re.compile(
    beginning("ảnh", "đồ họa", "clip", "video", "photo", "nguồn ảnh", after=r"\s(.\-")
    + r"(?: minh họa)?\s*(?::\s*[^\n]{0,60}|minh họa[.)]*)$"
)
_LINK_LINE = re.compile(r"^(?:>>+|xem thêm\s*:|đọc thêm\s*:|mời xem\s*:)")
_LONGEST_HEADING = 30
_LONGEST_CAPTION = 70
_LONGEST_BYLINE = 5
# Before a tail is cut, this much must stand above it: else the 'tail' is the article.
_BEGUN = 60
_CLEARLY_BEGUN = 120
Span = tuple[int, int]


def trim(text: str) -> str:
    """Blank what is not the article; the length stays, so offsets hold in the text given."""
    lines = article_lines(text, fold(text))
    return text if lines is None else only(lines, text)


def article_lines(text: str, folded: str) -> list[Span] | None:
    """Give start and end of the lines that are the article itself, None where all of them are.

    A reading list is cut from its heading on, only if a third of the text or, under a heading that
    leaves no doubt, a good beginning remains. Captions are lines ending in a photo credit or
    repeated at once; a byline is a last line of nothing but capitalised syllables.
    """
    lines = paragraphs(text)
    kept = lines[: _tail(lines, folded)]
    captions = _captions(kept, folded)
    if captions:
        kept = [line for line in kept if line not in captions]
    while kept and _is_byline(text[slice(*kept[-1])]) and len(kept) > 1:
        kept.pop()
    return kept if len(kept) < len(lines) else None


def only(lines: Iterable[Span], text: str) -> str:
    """Blank everything between and after these lines."""
    pieces = []
    place = 0
    for start, end in lines:
        pieces.append(_blank(text[place:start]) + text[start:end])
        place = end
    pieces.append(_blank(text[place:]))
    return "".join(pieces)


def _blank(piece: str) -> str:
    return re.sub(r"[^\n]", " ", piece)


def _tail(lines: list[Span], folded: str) -> int:
    """Give the number of lines before the first heading that may be cut from."""
    whole = above = place = 0
    for number, (start, end) in enumerate(lines):
        heading = folded[start:end].strip(" :.>|-")
        if len(heading) > _LONGEST_HEADING:
            continue
        is_clear = _CLEAR.fullmatch(heading)
        if is_clear or _WEAK.fullmatch(heading):
            # Counted on from the heading before: a text may be nothing but such lines.
            above, place = above + len(syllables(folded[place:start])), start
            whole = whole or len(syllables(folded))
            is_enough = above >= _BEGUN and above * 3 >= whole
            if is_enough or (is_clear and above >= _CLEARLY_BEGUN):
                return number
    return len(lines)


def _captions(lines: list[Span], folded: str) -> set[Span]:
    """Find lines that belong to a picture or lead to another article."""
    found = set()
    previous: Span | None = None
    for start, end in lines:
        line = folded[start:end]
        if end - start > _LONGEST_CAPTION * 8:
            previous = None
            continue
        if _LINK_LINE.match(line) or (_is_credited(line) and _is_short(line)):
            found.add((start, end))
        if previous and line == folded[slice(*previous)] and _is_short(line):
            found.update({previous, (start, end)})
        previous = (start, end)
    return found


def _is_credited(line: str) -> bool:
    # Few lines have what a credit ends in: to look for that first is faster.
    return (":" in line or "minh họa" in line) and _CREDIT.search(line) is not None


def _is_short(line: str) -> bool:
    return len(syllables(line)) <= _LONGEST_CAPTION


def _is_byline(line: str) -> bool:
    words = syllables(line)
    return (
        len(words) <= _LONGEST_BYLINE
        and all(word[0].isupper() for word in words)
        and not line.endswith((".", "!", "?", ":", '"', "”", "…"))
    )
