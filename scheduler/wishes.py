"""What the feeds of a source wish, remembered from poll to poll."""

from collections.abc import Mapping, Sequence
from datetime import timedelta


def remembered(stored: object, said: Mapping[str, int], feeds: Sequence[str]) -> dict[str, int]:
    """Give the wishes in seconds by feed: the last poll's word, else what was ``stored``."""
    known = stored if isinstance(stored, dict) else {}
    wishes = {feed: said.get(feed, known.get(feed)) for feed in feeds}
    return {feed: wish for feed, wish in wishes.items() if isinstance(wish, int) and wish > 0}


def soonest(wishes: Mapping[str, int], feeds: Sequence[str]) -> timedelta:
    """Give the pause after which the first of the feeds may hold something new."""
    return timedelta(seconds=min((wishes.get(feed, 0) for feed in feeds), default=0))
