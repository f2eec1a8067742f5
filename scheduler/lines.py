"""Who comes next: deliveries in line by receiver, and the places they are sent from.

A call begins in one of a few places. One that has had no answer for a moment makes room for others
and waits in one of many slow places. So receivers that hang keep nobody waiting but themselves.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.claims import Waiting


@dataclass(frozen=True, slots=True)
class Places:
    """How many may be sent side by side: ``begun`` in their first moment, ``slow`` after it.

    ``each`` to one receiver; one that did not take the last in time gets one at a time. Where
    ``slow`` is 0, whoever has begun keeps the place.
    """

    begun: int
    slow: int = 0
    each: int = 1


@dataclass(slots=True)
class Lines:
    """What waits for one way of sending; ``hanging`` are receivers that let the last one wait."""

    places: Places
    waiting: dict[str, deque[str]] = field(default_factory=dict)
    in_hand: Counter[str] = field(default_factory=Counter)
    trusted: set[str] = field(default_factory=set)
    hanging: set[str] = field(default_factory=set)
    begun: int = 0
    slow: int = 0

    def put(self, deliveries: Iterable[Waiting]) -> None:
        """Line these up instead of what stood in line."""
        self.waiting.clear()
        for each in deliveries:
            self.waiting.setdefault(each.subscription_id, deque()).append(each.id)

    def next(self, most: int) -> dict[str, str]:
        """Take the next deliveries out of line, one of each receiver in turn; id → receiver.

        Those that hang may hold half of the slow places together, so that there is always one
        for a receiver that is not known to hang.
        """
        chosen: dict[str, str] = {}
        hanging = sum(self.in_hand[receiver] for receiver in self.hanging)
        for receiver in list(self.waiting):
            if len(chosen) >= most:
                break
            if receiver in self.hanging:
                if hanging >= max(1, self.places.slow // 2) or self.in_hand[receiver]:
                    continue
                hanging += 1
            elif self.in_hand[receiver] >= (self.places.each if receiver in self.trusted else 1):
                continue
            line = self.waiting.pop(receiver)
            chosen[line.popleft()] = receiver
            self.in_hand[receiver] += 1
            if line:
                self.waiting[receiver] = line  # at the end: the others come first
        return chosen

    def makes_room(self) -> bool:
        """Let a call that is not answered at once wait in a slow place, if there is one."""
        if self.slow >= self.places.slow:
            return False
        self.begun -= 1
        self.slow += 1
        return True

    def leaves(self, *, was_slow: bool) -> None:
        """Free the place of a call that has ended."""
        if was_slow:
            self.slow -= 1
        else:
            self.begun -= 1

    def over(self, receiver: str, *, good: bool = False, hung: bool = False) -> None:
        """Take note that a receiver's delivery is in hand no more, and how it went."""
        self.in_hand[receiver] -= 1
        if self.in_hand[receiver] <= 0:
            del self.in_hand[receiver]
        (self.trusted.add if good else self.trusted.discard)(receiver)
        # Where there are no slow places, it is no receiver that is slow, but the one server of all.
        (self.hanging.add if hung and self.places.slow else self.hanging.discard)(receiver)
