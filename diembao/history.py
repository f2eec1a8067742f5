"""What became of an article since it was first read: its revisions, and whether it is gone."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from alerts.digest import rfc3339
from storage.tables import Article, Revision


def history(article: Article, revisions: Sequence[Revision], zone: tzinfo) -> dict[str, Any]:
    """Give the fields that ``articles show`` adds, its times in this zone."""
    gone = article.gone_at is not None
    return {
        "gone_at": rfc3339(article.gone_at, zone),
        # Before it counts as gone, the reason is only a suspicion.
        "gone_reason": article.gone_reason if gone else None,
        "revisions": [
            {
                "at": rfc3339(revision.replaced_at, zone),
                "title_before": revision.title,
                "changes": revision.changes,
                "substantial": revision.substantial,
            }
            for revision in revisions
        ],
    }


def told(revision: Mapping[str, Any]) -> str:
    """Give a revision for people: what went ``[-so-]`` and what came ``{+so+}``, by field."""
    fields = [
        f"{name}: {_marked(operations)}"
        for name, operations in revision["changes"].items()
        if name != "reasons"
    ]
    mark = "*" if revision["substantial"] else ""
    return " | ".join([f"{str(revision['at'])[:16].replace('T', ' ')}{mark}", *fields])


def _marked(operations: Sequence[Sequence[Any]]) -> str:
    marks = {"-": "[-{}-]", "+": "{{+{}+}}", "=": "{}"}
    pieces = (marks[sign].format(str(rest[-1]).strip()) for sign, *rest in operations)
    return " ".join(piece for piece in pieces if piece)
