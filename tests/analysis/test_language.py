import unicodedata

import pytest

from analysis.language import language
from analysis.text import fold, normalise
from tests.analysis.articles import BODY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(BODY, "vi", id="article"),
        pytest.param("TP.HCM số hóa hồ sơ", "vi", id="title"),
        pytest.param(unicodedata.normalize("NFD", BODY), "vi", id="decomposed"),
        pytest.param(
            "The city is to open a centre for data and services in the coming year.",
            "en",
            id="English",
        ),
        pytest.param("Die Stadt eröffnet ein Zentrum", None, id="German"),
        pytest.param("12 345 --", None, id="no letters"),
        pytest.param("", None, id="empty"),
    ],
)
def test_language_is_told_by_letters_and_small_words(text, expected):
    assert language(fold(normalise(text))) == expected
