import pytest

from analysis.issues import are_two_issues, figures

TABLE = "Cải ngọt {} nghìn đồng, cà chua {}, dưa leo {}, bầu {}, hành lá {}, ghi nhận lúc 5 giờ."


def table(*prices):
    return TABLE.format(*prices)


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        pytest.param(
            ("Xổ số ngày 21/10", "Quay thưởng."), ("Xổ số ngày 22-10-2025", "Quay thưởng."), True,
            id="days in the headlines",
        ),
        pytest.param(
            ("Xổ số ngày 21/10", "Quay thưởng."), ("Xổ số 21-10-2025", "Quay thưởng."), False,
            id="one day in two spellings",
        ),
        pytest.param(
            ("Đáp án mã đề 101", "Mã đề 101."), ("Đáp án mã đề 102", "Mã đề 102."), True,
            id="codes that each text tells of",
        ),
        pytest.param(
            ("168 phường dùng kho dữ liệu", "Ở 168 phường, 12 triệu hồ sơ."),
            ("Kho dữ liệu có 12 triệu hồ sơ", "Ở 168 phường, 12 triệu hồ sơ."),
            False,
            id="another number of the same text in the headline",
        ),
        pytest.param(("Bài 1", "Như nhau."), ("Bài 2", "Như nhau."), False, id="numbered titles"),
        pytest.param(
            ("Giá rau sáng nay", table(12, 18, 21, 9, 40)),
            ("Giá rau sáng nay", table(13, 19, 22, 8, 41)),
            True,
            id="other prices under one headline",
        ),
        pytest.param(
            ("Giá rau sáng nay", table(12, 18, 21, 9, 40)),
            ("Giá rau sáng nay", table(12, 18, 21, 9, 41)),
            False,
            id="one price mended",
        ),
        pytest.param(
            ("Giá rau sáng nay", table(12, 18, 21, 9, 40)),
            ("Nông dân Củ Chi đổi vụ", table(13, 19, 22, 8, 41)),
            False,
            id="headlines with nothing in common",
        ),
        pytest.param(
            ("Giá xe", "Cập nhật 9/2025."), ("Giá xe", "Cập nhật 11/2025."), True, id="months"
        ),
        pytest.param(
            ("Giá xe", "Hãng đổi tên tháng 3/2011. Cập nhật 9/2025."),
            ("Giá xe", "Hãng đổi tên tháng 3/2011. Cập nhật 11/2025."),
            True,
            id="months, beside one that stays",
        ),
        pytest.param(("", "Vốn 1.600 tỉ."), ("", "Vốn 1600 tỷ."), False, id="thousands"),
    ],
)  # fmt: skip
def test_two_issues_of_a_form_are_told_by_their_numbers(one, other, two):
    assert are_two_issues(figures(*one), figures(*other)) == two
    assert are_two_issues(figures(*other), figures(*one)) == two
