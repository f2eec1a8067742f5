"""What a terminal shows of a backfill under way."""

from datetime import timedelta

from diembao.backfill_progress import Forecast, expected_pages, in_words
from messages.catalogue import _
from storage.backfills import Remaining

HALF = Remaining(places=4, places_done=2, candidates=100, candidates_done=60)


def forecast(*looks):
    made = Forecast()
    for moment, done in looks:
        made.look(moment, done)
    return made


def test_places_yet_to_be_asked_are_expected_to_bring_as_much_as_those_before():
    assert expected_pages(HALF) == 200
    assert expected_pages(Remaining(4, 0, 0, 0)) is None


def test_rate_is_that_of_the_last_minutes_and_tells_the_end():
    made = forecast((0.0, 0), (500.0, 10), (510.0, 60))
    assert made.rate == 5.0
    assert made.left(HALF) == timedelta(seconds=28)


def test_without_progress_no_end_is_told():
    assert forecast((0.0, 60), (10.0, 60)).left(HALF) is None


def test_line_says_how_far_how_fast_and_until_when():
    _.choose("en")
    words = in_words(HALF, forecast((0.0, 10), (10.0, 60)), ["mau: HTTP 503"])
    assert words == ("60 of 100 pages, 2 of 4 lists, 5.0 a second, 0:00:28 to go – mau: HTTP 503")
