import pytest

from crawler.signs import Tally


def tally(pages):
    made = Tally()
    for page in pages:
        made.add(page == "x")
    return made


@pytest.mark.parametrize(
    ("pages", "of", "bad", "run"),
    [
        pytest.param("", 0, 0, 0, id="no-page"),
        pytest.param("xxx", 3, 3, 3, id="all-bad"),
        pytest.param("...", 3, 0, -3, id="all-good"),
        pytest.param("xx.", 3, 2, -1, id="the-last-one-good"),
        pytest.param(".x.xx", 5, 3, 2, id="the-last-two-bad"),
    ],
)
def test_pages_and_their_latest_run_are_counted(pages, of, bad, run):
    assert tally(pages) == Tally(of, bad, run)


@pytest.mark.parametrize(
    ("earlier", "pages", "run"),
    [
        pytest.param(2, "xx", 4, id="goes-on"),
        pytest.param(-2, "..", -4, id="good-pages-go-on"),
        pytest.param(2, "..", -2, id="ends"),
        pytest.param(5, ".x", 1, id="was-broken"),
        pytest.param(3, "", 3, id="nothing-read"),
        pytest.param(0, "x", 1, id="the-first"),
    ],
)
def test_run_goes_on_from_one_poll_to_the_next(earlier, pages, run):
    assert tally(pages).run_after(earlier) == run
