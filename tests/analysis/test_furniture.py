import pytest

from analysis.furniture import without_furniture


@pytest.mark.parametrize(
    "line",
    ["1.234 lượt xem", "12 bình luận", "Bình luận (3)", "2,5K lượt thích", "5 phút trước",
     "Cập nhật: 28/11/2025 10:05", "28/11/2025", "Thứ sáu, 28/11/2025, 09:00 (GMT+7)",
     "2 giờ trước | 12 bình luận", "Chia sẻ", "Đăng nhập để bình luận"],
)  # fmt: skip
def test_furniture_is_left_out(line):
    assert without_furniture(f"Kho dữ liệu đã mở.\n\n{line}") == "Kho dữ liệu đã mở."


@pytest.mark.parametrize(
    "line",
    ["Cập nhật lúc 10h: số phường mở kho tăng lên 12", "Bình luận viên nói về 12 phường",
     "Theo dõi sức khỏe từ xa ở xã đảo", "12 phường đã mở kho", "5 phút trước khi mở kho"],
)  # fmt: skip
def test_what_tells_something_stays(line):
    assert without_furniture(line) == line


def test_long_line_is_no_furniture():
    line = f"Đăng ký {'dịch vụ công trực tuyến ' * 8} qua ứng dụng"
    assert without_furniture(line) == line
