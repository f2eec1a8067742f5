"""A digest at a glance: how much of it there is, and what there is more of than before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST = 4
"""Most topics, and most names, that are said to rise."""

# Once is chance.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Count:
    """Stories on a topic or name: now, and in the period before, None where that is not known."""

    name: str
    now: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Stories and outlets of a digest, stories of the period before, and what there is more of.

    Where nothing is known of the period before, ``topics`` are those with the most stories.
    """

    stories: int = 0
    outlets: int = 0
    before: int | None = None
    topics: tuple[Count, ...] = ()
    names: tuple[Count, ...] = ()

    @property
    def most(self) -> int:
        """The longest bar: the greatest count of all."""
        return max((count.now for count in (*self.topics, *self.names)), default=1)


def rising(
    mentions: Iterable[tuple[str, str, str]], before: Mapping[str, int] | None
) -> tuple[Count, ...]:
    """Give what has more stories than before, the clearest rise first.

    ``mentions`` are a story, a key and its name; without a ``before`` the most frequent are given.
    """
    stories: defaultdict[str, set[str]] = defaultdict(set)
    names = {}
    for story, key, name in mentions:
        stories[key].add(story)
        names[key] = name
    counts = [
        Count(names[key], len(found), None if before is None else before.get(key, 0))
        for key, found in stories.items()
        if len(found) >= _LEAST
    ]
    more = [count for count in counts if count.now > (count.before or 0)]
    return tuple(sorted(more, key=_clearness)[:MOST])


def _clearness(count: Count) -> tuple[float, int, str]:
    """Order by the rise in units of what chance makes of the number before."""
    before = count.before or 0
    return -(count.now - before) / (before + 1) ** 0.5, -count.now, count.name
