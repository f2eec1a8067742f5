import re

import pytest

from analysis.patterns import beginning, either_case


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("xã An Phú", ["xã"]),
        ("(xã An Phú), thị xã", ["xã", "xã"]),
        ("Hòaxã", []),
        ("_xã 1xã", []),
    ],
)
def test_form_does_not_begin_inside_a_word(text, found):
    assert re.findall(beginning("xã", "phường"), text) == found


def test_forms_with_one_letter_keep_their_order():
    assert re.findall(beginning("công ty cổ phần", "công ty"), "công ty cổ phần A") == [
        "công ty cổ phần"
    ]


def test_what_may_stand_before_can_be_said():
    assert re.findall(beginning("ảnh", after=r"\s("), "ảnh (ảnh -ảnh") == ["ảnh", "ảnh"]


def test_either_case_changes_the_first_letter_only():
    assert either_case("đường Lê") == ["Đường Lê", "đường Lê"]
