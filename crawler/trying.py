"""Selectors by trying: those of the known families and of a page's own names, kept if they hit.

A page's names (tag with class or id) are read from its markup. One is kept for a field only if it
gives on every sampled page what the general extractor found by its own means.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from crawler import bodies, bylines
from crawler.bodies import Found
from crawler.charsets import decode
from crawler.dates import VIETNAM, parse_date
from crawler.documents import Document, Page
from crawler.errors import ExtractionError
from crawler.extraction import extract
from crawler.general import by_trafilatura
from crawler.lines import key
from crawler.moments import MAX_DATE_LINE
from crawler.reading import begin
from crawler.sources import Extract
from crawler.trees import html_bytes, html_tree, select_text

FIELDS = ("title", "lead", "body", "author", "date")
RULES = (*FIELDS, "section", "tags", "image", "caption")
# Share of three-syllable runs that two readings of the same body have in common at least.
AGREEMENT = 0.6
# Reading a page takes time by its size; an article's page is smaller.
MAX_SAMPLE_BYTES = 2 * 1024 * 1024
MOST_TAGS = 5_000
MOST_NAMES = 120
MOST_TRIED = 80
MOST_TELLING = 20

_TAG = re.compile(r"<(div|article|section|main|td|h1|h2|p|span|time|a|strong)\b([^<>]{4,1000})>")
_NAME = re.compile(r"""\b(class|id)\s*=\s*["']([^"']{1,200})["']""")
_USABLE = re.compile(r"[A-Za-z_][\w-]{1,50}", re.ASCII)
_SIGNS = re.compile(
    r"\d{2}|[-_]\d+$|^(?:active|row|col|clearfix|container|wrapper|fl|fr|left|right)\b"
)
_HINTS = {
    "title": re.compile(r"title|tieu-?de|headline|heading", re.IGNORECASE),
    "lead": re.compile(r"sapo|lead|desc|summary|tom-?tat|chapeau|excerpt|intro", re.IGNORECASE),
    "body": re.compile(r"content|body|detail|noi-?dung|entry|article|post|fck", re.IGNORECASE),
    "author": re.compile(r"author|tac-?gia|byline|writer|but-?danh", re.IGNORECASE),
    "date": re.compile(r"date|time|ngay|publish|posted", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A page with what is known of it without any selector of its outlet."""

    page: Page
    document: Document
    text: str


def read_samples(pages: Sequence[Page]) -> list[Sample]:
    """The pages that hold an article, read without a source; those of more than 2 MiB left out."""
    samples = []
    for page in (page for page in pages if len(page.body) <= MAX_SAMPLE_BYTES):
        try:
            document = extract(page, None)
            lines = by_trafilatura(begin(page, None, None))
        except ExtractionError:
            continue
        text = _joined(Found(lines)) if bodies.holds(lines) else document.text
        samples.append(Sample(page, document, text))
    return samples


def find_selectors(samples: Sequence[Sample]) -> dict[str, str]:
    """For each field the selector that hits on all samples and hits best, where there is one."""
    names = _shared_names(samples) if samples else {}
    found: dict[str, str] = {}
    for field in FIELDS:
        left = dict.fromkeys(islice(_candidates(field, names), MOST_TRIED), 1.0)
        for sample in samples:
            marks = _marks(field, list(left), sample)
            left = {css: min(left[css], mark) for css, mark in marks.items()}
        if samples and left:
            found[field] = max(left, key=lambda css: left[css])
    return found


def hits(page: Page, rules: Extract) -> dict[str, bool]:
    """For each field that the rules have a selector for, whether it hits on a page.

    Raises ExtractionError if there is no page.
    """
    tree = html_tree(html_bytes(page.body, page.content_type))
    found: dict[str, bool] = {}
    for field in RULES:
        css: str | None = getattr(rules, field)
        if css and field == "body":
            found[field] = bodies.holds(bodies.by_selector(tree, rules).lines)
        elif css:
            found[field] = next(select_text(tree, css), None) is not None
    return found


def _candidates(field: str, names: Mapping[str, int]) -> Iterator[str]:
    """Selectors worth trying for a field, the most telling first."""
    if field == "body":
        yield from bodies.LAYOUTS
    hint = _HINTS[field]
    telling = [name for name in names if hint.search(name)]
    telling.sort(key=lambda name: (names[name] > 1, not name.startswith("h")))
    yield from telling[:MOST_TELLING]
    if field in {"title", "body", "lead"}:
        yield from (name for name, count in names.items() if count == 1 and name not in telling)
    if field == "title":
        yield "h1"


def _shared_names(samples: Sequence[Sample]) -> dict[str, int]:
    """The names that all samples have, in the first one's order, with their number there."""
    first, *others = (_names(sample.page) for sample in samples)
    shared = {name: n for name, n in first.items() if all(name in other for other in others)}
    return dict(islice(shared.items(), MOST_NAMES))


def _names(page: Page) -> Counter[str]:
    found: Counter[str] = Counter()
    markup = decode(page.body, page.content_type)
    for tag in islice(_TAG.finditer(markup), MOST_TAGS):
        for kind, words in _NAME.findall(tag[2]):
            for word in words.split()[:4]:
                if _USABLE.fullmatch(word) and not _SIGNS.search(word):
                    found[f"{tag[1]}{'#' if kind == 'id' else '.'}{word}"] += 1
    return found


def _marks(field: str, candidates: Sequence[str], sample: Sample) -> dict[str, float]:
    """Those of the candidates that give a sample's field as it is known: how well, from 0 to 1."""
    tree = html_tree(html_bytes(sample.page.body, sample.page.content_type))
    if field == "body":
        found = {css: bodies.by_selector(tree, Extract(body=css)) for css in candidates}
        return _body_marks(found, sample)
    told = {css: list(islice(select_text(tree, css), 5)) for css in candidates}
    held = [css for css in candidates if told[css] and _CHECKS[field](told[css], sample)]
    if field == "lead" and not sample.document.lead:
        # Where no stage knows the lead, a name that says 'lead' is believed of a short text.
        held = [css for css in candidates if _HINTS["lead"].search(css) and _is_brief(told[css])]
    return dict.fromkeys(held, 1.0)


def _body_marks(found: Mapping[str, Found], sample: Sample) -> dict[str, float]:
    """How well bodies agree with the one known, of those that agree with the general extractor's.

    The known one has no lead and byline in it, so that the container of it alone is marked best.
    """
    marks: dict[str, float] = {}
    for css, body in found.items():
        text = _joined(body)
        if bodies.holds(body.lines) and agreement(text, sample.text) >= AGREEMENT:
            marks[css] = round(agreement(text, sample.document.text), 2)
    return marks


def _joined(body: Found) -> str:
    return "\n".join(line.text for line in body.lines)


def _is_title(told: Sequence[str], sample: Sample) -> bool:
    return key(told[0]) == key(sample.document.title)


def _is_lead(told: Sequence[str], sample: Sample) -> bool:
    lead, line = key(sample.document.lead), key(told[0])
    return len(lead) >= bodies.MIN_REPEATED and lead in line and len(line) < 1.5 * len(lead)


def _is_brief(told: Sequence[str]) -> bool:
    return len(told) == 1 and bodies.MIN_REPEATED <= len(told[0]) <= bodies.MAX_LEAD


def _is_author(told: Sequence[str], _sample: Sample) -> bool:
    return len(told) < 5 and all(bylines.names(text) for text in told)


def _is_date(told: Sequence[str], sample: Sample) -> bool:
    moment = parse_date(told[0])
    known = sample.document.published_at
    if moment is None or known is None or len(told[0]) > MAX_DATE_LINE:
        return False
    return moment.astimezone(VIETNAM).date() == known.astimezone(VIETNAM).date()


_CHECKS: Mapping[str, Callable[[Sequence[str], Sample], bool]] = {
    "title": _is_title,
    "lead": _is_lead,
    "author": _is_author,
    "date": _is_date,
}


def agreement(one: str, other: str) -> float:
    """How much two texts share, by their runs of three words: 0 to 1 (the Dice measure)."""
    left, right = _runs(one), _runs(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(words, words[1:], words[2:], strict=False))
