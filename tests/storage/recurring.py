"""Columns that come again and again in one form: two issues of each, which are no copies."""

import random

_LOTTERY = (
    "Công ty Xổ số kiến thiết {place} quay thưởng lúc 16 giờ 15 phút {day} trước sự chứng kiến"
    " của hội"
    " đồng giám sát. Giải tám {0}, giải bảy {1}, giải sáu {2} và {3}, giải năm {4}. Giải đặc"
    " biệt gồm"
    " sáu chữ số {5}. Người trúng thưởng mang vé còn nguyên, không rách, không chắp vá đến trụ"
    " sở công"
    " ty trong vòng ba mươi ngày kể từ ngày quay số để lĩnh tiền. Quá hạn, vé không còn giá"
    " trị. Thuế"
    " thu nhập cá nhân được khấu trừ tại chỗ theo quy định với giải trên mười triệu đồng. Lịch"
    " quay"
    " các đài trong tuần không thay đổi, khách hàng xem tại các đại lý."
)
_PRICES = (
    "Bảng giá tại chợ đầu mối được ban quản lý ghi nhận lúc mở cửa {day}, đơn vị nghìn đồng"
    " một ký."
    " Cải ngọt {0}, cà chua {1}, dưa leo {2}, bầu {3}, khoai lang {4}, hành lá {5}. Giá bán lẻ"
    " ở các"
    " chợ nội ô thường cao hơn từ ba đến năm nghìn đồng tùy khoảng cách vận chuyển và độ tươi"
    " của hàng."
    " Tiểu thương lưu ý cân lại hàng trước khi rời vựa, giữ hóa đơn để đối chiếu khi có khiếu nại."
    " Ban quản lý tiếp nhận phản ánh qua đường dây nóng và cập nhật bảng này mỗi sáng trên trang"
    " thông tin của chợ, trừ ngày lễ. Số liệu chỉ có tính chất tham khảo."
)
_WEATHER = (
    "Đài Khí tượng Thủy văn khu vực phát bản tin {day}. Nhiệt độ thấp nhất {0} độ, cao nhất"
    " {1} độ, độ"
    " ẩm {2} phần trăm, lượng mưa {3} milimét, gió cấp {4}, đỉnh triều {5} xăng-ti-mét. Trong"
    " mưa dông"
    " có khả năng xảy ra lốc, sét, mưa đá và gió giật mạnh, người dân cần đề phòng cây gãy đổ,"
    " tốc mái"
    " nhà. Trên biển, tàu thuyền giữ khoảng cách an toàn và thường xuyên theo dõi bản tin để"
    " chủ động"
    " phòng tránh. Cấp độ rủi ro thiên tai do lốc, sét, mưa đá: cấp một. Bản tin tiếp theo"
    " phát lúc"
    " chiều cùng ngày trên các kênh thường lệ."
)
_KEYS = (
    "Dưới đây là gợi ý đáp án môn Toán mã đề {code} do tổ giáo viên thực hiện, thí sinh mã đề"
    " {code}"
    " đối chiếu để ước lượng điểm. Câu đầu tiên {0}, tiếp theo là {1}, {2}, {3}, {4} và {5}."
    " Đáp án"
    " chính thức do hội đồng thi công bố sau khi chấm xong, mọi khiếu nại về điểm gửi về"
    " trường nơi"
    " đăng ký dự thi trong thời hạn phúc khảo. Thí sinh cần giữ phiếu báo danh và giấy tờ tùy"
    " thân để"
    " làm thủ tục nhập học. Theo thống kê sơ bộ của các thầy cô, đề năm nay có độ phân hóa tốt"
    " ở nhóm"
    " câu cuối, phổ điểm dự kiến tập trung quanh mức trung bình khá."
)
_FORMS = [
    ("Kết quả xổ số {place} {day}", _LOTTERY, 10_000, 999_999),
    ("Giá rau củ chợ đầu mối {day}", _PRICES, 8, 60),
    ("Giá rau củ chợ đầu mối sáng nay", _PRICES, 8, 60),
    ("Thời tiết {day}: Nam Bộ mưa dông về chiều", _WEATHER, 20, 99),
    ("Dự báo thời tiết TP.HCM và Nam Bộ", _WEATHER, 20, 99),
    ("Đáp án môn Toán mã đề {code}", _KEYS, 1, 500),
]


def pairs():
    """Title and text of two issues of each column."""
    chance = random.Random(7)
    found = []
    for title, form, least, most in _FORMS:
        issues = []
        for number in (1, 2):
            told = {"place": "Bến Tre", "day": f"ngày {10 + number}/11", "code": 100 + number}
            figures = chance.sample(range(least, most), 6)
            issues.append((title.format(**told), form.format(*figures, **told)))
        found.append(tuple(issues))
    return found
