"""A digest's overview in words and bars, in the reader's language."""

from datetime import timedelta

from alerts.lines import one_line
from alerts.overview import Count, Overview
from messages.catalogue import translations

FEWEST = 3
"""Fewer stories are seen at a glance without one."""

_LONGEST_BAR = 12
_NAME = 34


def summed(overview: Overview, period: timedelta, language: str) -> str:
    """Say how many stories there are, from how many outlets, and how many there were before."""
    say = translations(language)
    told = say.gettext("{stories} from {outlets}.").format(
        stories=_stories(overview.stories, language),
        outlets=say.ngettext("{count} outlet", "{count} outlets", overview.outlets).format(
            count=overview.outlets
        ),
    )
    if overview.before is None:
        return told
    before = say.gettext("In the {period} before: {stories}.").format(
        period=period_in_words(period, language), stories=_stories(overview.before, language)
    )
    return f"{told} {before}"


def charts(
    overview: Overview, period: timedelta, language: str
) -> list[tuple[str, tuple[Count, ...]]]:
    """Give the bars to draw under their headings: topics, then names; empty ones are left out."""
    say = translations(language)
    if overview.before is None:
        topics = say.gettext("Topics with the most stories")
    else:
        topics = say.gettext("Topics with more than in the {period} before")
    both = (
        (topics, overview.topics),
        (say.gettext("Names with more than in the {period} before"), overview.names),
    )
    before = period_in_words(period, language)
    return [(heading.format(period=before), counts) for heading, counts in both if counts]


def share(count: Count, most: int) -> int:
    """Give a bar's length in percent of the longest one."""
    return max(4, round(100 * count.now / most))


def line(count: Count, most: int, language: str) -> str:
    """Draw a bar in letters, with the figures in words behind it."""
    bar = "▇" * max(1, round(_LONGEST_BAR * count.now / most))
    told = f"   {one_line(count.name, _NAME):<{_NAME}} {bar} {count.now}"
    if count.before is None:
        return told
    before = translations(language).gettext("before: %(num)s") % {"num": count.before}
    return f"{told} ({before})"


def period_in_words(period: timedelta, language: str) -> str:
    """Say how long a time is, in hours or days."""
    say = translations(language)
    hours = max(1, round(period / timedelta(hours=1)))
    if hours <= 48:
        return say.ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    days = round(period / timedelta(days=1))
    return say.ngettext("{count} day", "{count} days", days).format(count=days)


def _stories(count: int, language: str) -> str:
    return (
        translations(language)
        .ngettext("{count} story", "{count} stories", count)
        .format(count=count)
    )
