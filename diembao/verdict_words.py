"""Why an article was judged so, in words: its evidence told by what it speaks for."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from messages.catalogue import _

MOST_OF_A_KIND = 4


def told(evidence: Iterable[dict[str, Any]]) -> list[str]:
    """Tell the evidence of relevance, as stored, in a sentence for each thing it speaks for.

    Evidence stored before it said what it speaks for tells nothing.
    """
    pieces: defaultdict[str, list[str]] = defaultdict(list)
    for piece in evidence:
        says = piece.get("says", "")
        quoted = _place(piece.get("field", "text")).format(text=piece["text"])
        if says and quoted not in pieces[says]:
            pieces[says].append(quoted)
    return [
        f"{heading}: {', '.join(pieces[says][:MOST_OF_A_KIND])}"
        for says, heading in _headings().items()
        if says in pieces
    ]


def _place(field: str) -> str:
    return {
        "title": _("“{text}” (title)"),
        "lead": _("“{text}” (lead)"),
        "text": _("“{text}” (text)"),
    }[field]


def _headings() -> dict[str, str]:
    against = {
        "against:scam": _("against it: a swindle"),
        "against:digest": _("against it: a digest of news"),
        "against:crime": _("against it: a crime or an accident"),
        "against:property": _("against it: property for sale"),
        "against:leisure": _("against it: sport, culture or leisure"),
        "against:tourism": _("against it: tourism"),
        "against:offences": _("against it: traffic offences"),
        "against:staffing": _("against it: staffing"),
        "against:award": _("against it: an award"),
        "against:company": _("against it: a company or school acts for itself"),
        "against:country": _("against it: the country or a ministry acts"),
        "against:goods": _("against it: goods for sale"),
        "elsewhere": _("against it: another place"),
        "language": _("set aside: neither Vietnamese nor English"),
    }
    return {"city": _("about the city"), "theme": _("about its digital change"), **against}
