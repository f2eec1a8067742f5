"""Which entities a reader means who writes a name: any of its spellings, accents optional."""

from collections import defaultdict
from functools import cache, lru_cache

from analysis.entity_types import TYPES
from analysis.gazetteer import gazetteer
from analysis.text import search_fold, slug


@lru_cache(maxsize=4096)  # names come from outside
def entity_ids(name: str) -> frozenset[str]:
    """Give the ids that a name, an alias, an abbreviation or an id may stand for.

    For what no list knows, they are the ids that the rules would give it. A body that was merged
    or renamed stands for its successor too: who follows it goes on to get news.
    """
    bare = slug(name)
    by_rule = {bare, *(f"{kind}:{bare}" for kind in TYPES)} if bare else set()
    meant = {name, *by_rule, *_known().get(_plain(name), ())}
    return frozenset(meant.union(*map(_successors, meant)))


def _successors(identity: str) -> list[str]:
    known, found = gazetteer(), []
    entity = known.get(identity)
    while entity and entity.successor and entity.successor not in found:
        found.append(entity.successor)
        entity = known[entity.successor]
    return found


@cache
def _known() -> dict[str, frozenset[str]]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for entity in gazetteer().values():
        names[_plain(entity.name)].add(entity.id)
        for term in entity.terms:
            names[_plain(term.phrase)].add(entity.id)
    return {name: frozenset(ids) for name, ids in names.items()}


def _plain(name: str) -> str:
    return " ".join(search_fold(name).split())
