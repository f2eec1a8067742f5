import pytest

from analysis.firms import firms
from tests.analysis.reading import field


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(
            "Quỹ của Sao Mai Capital và nhiều bên", "Mai Capital", id="three words at most"
        ),
        pytest.param("làm việc với T&T Group, CMC", "T&T Group", id="sign in the name"),
        pytest.param("theo SM Blue River Technologies", "SM Blue River Technologies", id="English"),
    ],
)
def test_firm_is_known_by_the_word_that_ends_its_name(text, name):
    assert name in next(firms(field(text))).name


@pytest.mark.parametrize("text", ["Group họp", "một capital nào đó", "group chat Sao Group Chat"])
def test_word_without_a_name_before_it_is_no_firm(text):
    assert list(firms(field(text))) == []
