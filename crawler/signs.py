"""Signs that a source's pages are no longer what they were, counted page by page."""

from dataclasses import dataclass

# Below this share of common words (F1) the referee and the cascade have read different texts: half
# a text gives 0.67. Of 69 pages that were read well, 5 of real outlets, the lowest had 0.89.
LEAST_AGREEMENT = 0.75
# Texts that other stages gave are of pages that have no body: films, pictures, a paywall.
BODY_STAGES = frozenset({"selector", "layout", "trafilatura"})
# missed: the source's own selector found no text. empty: no article in the page. undated,
# unsigned: the page does not say when it was published, or by whom. disagreed: the referee reads
# another text. unfetched: the page could not be had.
SIGNS = ("missed", "empty", "undated", "unsigned", "disagreed", "unfetched")


@dataclass(slots=True)
class Tally:
    """How many of so many pages bear a sign.

    ``run`` is how many of the latest ones bore it in a row; negative: how many did not.
    """

    of: int = 0
    bad: int = 0
    run: int = 0

    def add(self, bad: bool) -> None:
        """Count a page."""
        self.of += 1
        self.bad += bad
        self.run = max(self.run, 0) + 1 if bad else min(self.run, 0) - 1

    def run_after(self, earlier: int) -> int:
        """Give the run as it is when the pages before ended in a run of their own."""
        same = earlier * self.run > 0 and abs(self.run) == self.of
        return self.run + earlier if same else (self.run or earlier)
