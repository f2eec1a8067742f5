"""How far back a page of a list reaches, and by which of its articles that is found out."""

from datetime import UTC, date, datetime

import pytest

from crawler.history import lies_within, oldest_day, probes, reach

OCTOBER = (date(2025, 10, 1), date(2025, 10, 31))


def days(*told):
    return [datetime.fromisoformat(f"2025-{day}T05:00:00").replace(tzinfo=UTC) for day in told]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((), "unknown"),
        (("11-03", "11-02"), "later"),
        (("11-03", "10-31"), "within"),
        (("10-02", "09-30"), "within"),
        (("09-30", "09-12"), "older"),
        (("11-27", "09-30", "09-29", "09-28", "09-27"), "older"),
    ],
    ids=["undated", "later", "reaches-in", "reaches-out", "older", "older-but-for-a-stray"],
)
def test_reach_of_a_page(told, expected):
    assert reach(days(*told), OCTOBER) == expected


def test_days_are_vietnams():
    late = datetime(2025, 10, 31, 18, tzinfo=UTC)  # November has begun in Vietnam
    assert reach([late], OCTOBER) == "later"


def test_probes_are_from_both_ends_and_the_middle():
    assert probes(list(range(21))) == [0, 10, 20]
    assert probes([1, 2]) == [1, 2]


def test_page_of_one_day_needs_no_probe():
    assert lies_within("https://a.example/tin/2025-10-03", OCTOBER)
    assert not lies_within("https://a.example/tin/2025", OCTOBER)
    assert not lies_within("https://a.example/tin", OCTOBER)


def test_place_is_as_old_as_its_address_says_else_as_its_last_change():
    changed = datetime(2025, 10, 9, tzinfo=UTC)
    assert oldest_day("https://a.example/s-2025-10-6-10.xml", changed) == date(2025, 10, 6)
    assert oldest_day("https://a.example/part-3.xml", changed) == date(2025, 10, 9)
    assert oldest_day("https://a.example/part-3.xml", None) is None
