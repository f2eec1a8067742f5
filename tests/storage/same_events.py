"""Invented events, each told by three outlets in their own words, with names and words quoted."""

from itertools import combinations

SIGNING = (
    (
        "{body} và {firm} vừa ký thỏa thuận hợp tác về {matter}, {day}. Văn bản có hiệu lực ba"
        " năm, hai"
        " bên lập tổ công tác chung ngay trong tháng này.\n\nTheo thỏa thuận, {firm} đưa {number}"
        " chuyên"
        " gia vào các nhóm việc, bắt đầu bằng khâu rà soát hiện trạng rồi mới chọn giải pháp. Phần"
        " kinh"
        " phí do doanh nghiệp chịu trong giai đoạn thử nghiệm.\n\n{role} {person} nói:"
        " “{quote}”.\n\n"
        "Trước lễ ký, lãnh đạo hai bên đã đi xem phòng máy chủ và nghe báo cáo những chỗ còn nghẽn."
    ),
    (
        "Sau gần một năm trao đổi, {firm} chính thức trở thành đối tác của {body} trong lĩnh vực"
        " {matter}. Buổi ký kết diễn ra gọn nhẹ {day}, không có phần trình diễn công nghệ"
        " như thường"
        " thấy.\n\nĐiểm đáng chú ý là cam kết nhân lực: {number} kỹ sư sẽ ngồi làm việc cùng cán bộ"
        " nhà nước, chia theo từng quý. Mọi mã nguồn viết ra thuộc về thành"
        " phố.\n\n“{quote}”, {role}"
        " {person} chia sẻ bên lề sự kiện.\n\nĐại diện công ty kỳ vọng những sản phẩm đầu tiên chạy"
        " được trước dịp Tết, còn việc nhân rộng phải chờ đánh giá độc lập."
    ),
    (
        "Chuyện {matter} của thành phố có thêm người góp sức. {day}, {firm} nhận lời hỗ trợ {body},"
        " trước mắt cử {number} người, phần lớn còn trẻ, từng làm ở các trung tâm dữ liệu"
        " lớn.\n\nKhác"
        " những bản ghi nhớ chung chung, lần này có phụ lục ghi rõ đầu việc, người chịu"
        " trách nhiệm và"
        " hạn chót. Ai chậm sẽ bị nêu tên trong báo cáo tháng.\n\nPhát biểu sau khi đặt bút, {role}"
        " {person} bảo rằng {quote}. Vị này cũng lưu ý bài toán bảo mật phải tính từ"
        " đầu.\n\nGiới quan"
        " sát cho rằng nếu giữ được nhịp, mô hình này có thể lan sang nhiều sở ngành khác."
    ),
)
OPENING = (
    (
        "Từ {day}, người dân {body} có thể làm {number} thủ tục tại điểm {matter} đặt ngay tầng"
        " trệt trụ"
        " sở. Máy quét giấy tờ, in kết quả và trả qua đường bưu điện nếu chủ hồ sơ"
        " muốn.\n\nTrong buổi"
        " sáng đầu tiên, cán bộ tiếp gần hai trăm lượt khách, chủ yếu xin sao y và đăng ký kinh"
        " doanh hộ"
        " cá thể. Đoàn viên thanh niên đứng kèm để chỉ cách đăng nhập.\n\n{role} {person} cho hay:"
        " “{quote}”. Thiết bị do {firm} tài trợ.\n\nPhường sẽ công bố thời gian chờ trung bình lên"
        " bảng"
        " điện tử mỗi tuần."
    ),
    (
        "Không còn cảnh xếp hàng lấy số giấy, {body} mở điểm {matter} {day}. Khách chạm thẻ căn"
        " cước, hệ"
        " thống tự điền tờ khai rồi báo đủ hay thiếu hồ sơ.\n\nÔng Bảy Lành, nhà sát chợ,"
        " làm thử giấy"
        " xác nhận độc thân cho con trai và mất đúng bảy phút. “Hồi trước đi ba bận”, ông"
        " cười.\n\nDanh"
        " mục ban đầu gồm {number} loại việc, dàn máy được {firm} lắp và bảo trì miễn phí. {role}"
        " {person} nhấn mạnh: “{quote}”.\n\nBuổi tối và sáng thứ Bảy nơi này vẫn sáng đèn, do tình"
        " nguyện viên thay nhau trực."
    ),
    (
        "{firm} vừa bàn giao hệ thống {matter} cho {body}; việc tiếp nhận bắt đầu {day}. Đây là địa"
        " phương thứ tư của thành phố có trang bị kiểu này.\n\nVề quy mô, {number} đầu mục hành"
        " chính đã"
        " được cấu hình, chiếm hơn nửa lượng hồ sơ phát sinh năm ngoái. Dữ liệu chạy về trục liên"
        " thông,"
        " không lưu tại máy.\n\nVới câu hỏi liệu người già có dùng nổi, {role} {person} đáp"
        " “{quote}”"
        " và dẫn chứng lớp hướng dẫn mở mỗi chiều thứ Năm.\n\nNhà cung cấp cam kết có mặt trong"
        " vòng hai"
        " giờ khi xảy ra trục trặc, kể cả ngày nghỉ."
    ),
)
REPORT = (
    (
        "{body} báo cáo kết quả một năm triển khai {matter} tại hội nghị {day}. Con số nổi bật là"
        " {number} trường hợp được xử lý mà không cần giấy tờ bản cứng.\n\nThời gian giải"
        " quyết trung"
        " bình rút từ chín ngày còn ba ngày rưỡi, tỷ lệ trễ hẹn dưới hai phần trăm. Riêng"
        " khối doanh"
        " nghiệp đánh giá mức hài lòng cao nhất từ trước tới nay.\n\nTại hội nghị, {role} {person}"
        " nhìn"
        " nhận: “{quote}”.\n\nPhần thảo luận, nhiều đại biểu đề nghị {firm} nâng dung lượng đường"
        " truyền cho các xã xa."
    ),
    (
        "Mười hai tháng sau ngày bấm nút, {matter} cho thấy cả mặt được lẫn chưa được. Tổng"
        " kết {day},"
        " {body} thống kê {number} lượt giải quyết trọn vẹn qua mạng.\n\nTuy vậy, cứ mười người"
        " nộp thì"
        " một người phải quay lại vì ảnh chụp mờ. Một số biểu mẫu dài bốn trang chưa rút gọn"
        " được do"
        " vướng quy định của bộ.\n\n“{quote}”, {role} {person} nói khi được hỏi về kế hoạch năm"
        " tới.\n\n"
        "Đơn vị vận hành là {firm} hứa bổ sung trợ lý nhắc lỗi ngay lúc tải tệp lên, dự kiến xong"
        " trước"
        " mùa mưa."
    ),
    (
        "Ít ai để ý rằng {number} hồ sơ của dân đã đi hết vòng đời mà chẳng qua tay văn thư"
        " nào. Đó là"
        " số liệu {body} đưa ra {day} khi nhìn lại {matter}.\n\nCâu chuyện bắt đầu từ một nhóm năm"
        " người, làm việc trong căn phòng cũ, tự vẽ lại từng bước của quy trình rồi bỏ bớt con"
        " dấu. Tới"
        " tháng thứ sáu, {firm} mới tham gia phần hạ tầng.\n\n{role} {person} kể lại những"
        " ngày đó và"
        " kết luận: “{quote}”.\n\nChặng tiếp theo, nhóm muốn để máy gợi ý luôn câu trả lời cho hồ"
        " sơ đơn"
        " giản, cán bộ chỉ việc duyệt."
    ),
)
_BODIES = [
    "UBND phường Bến Tắm",
    "UBND phường Vườn Cau",
    "UBND xã Rạch Dứa",
    "Sở Bưu chính thành phố",
    "Trung tâm Điều phối đô thị",
    "Ban Quản lý khu Tân Hội",
    "UBND phường Cầu Sậy",
]
_FIRMS = [
    "Công ty Sao Khuê",
    "Tập đoàn Hải Đăng",
    "Công ty Lúa Mới",
    "Tập đoàn Bắc Cầu",
    "Công ty Đá Xanh",
    "Viện Phần mềm Nam Hải",
    "Công ty Mây Ngàn",
]
_PEOPLE = [
    ("Chủ tịch", "Lưu Hữu Tín"),
    ("Giám đốc", "Đặng Mỹ Lan"),
    ("Phó Chủ tịch", "Tô Văn Bình"),
    ("Trưởng ban", "Hà Thị Mận"),
    ("Chánh văn phòng", "Cao Đức Thảo"),
    ("Phó Giám đốc", "Ngô Bá Khôi"),
    ("Bí thư", "Vương Thị Huệ"),
]
_QUOTES = [
    "chúng tôi không đếm số phần mềm mà đếm số lần người dân khỏi phải đi lại",
    "dữ liệu chỉ có giá trị khi người ở cơ sở dám dùng nó để quyết định công việc mỗi ngày",
    "làm ít mà chắc, việc nào xong việc đó, sai thì sửa ngay chứ không chờ cuối năm",
    "máy móc đi trước mà con người chưa theo kịp thì cũng bằng không",
    "điều khó nhất không phải công nghệ mà là thói quen giữ giấy tờ trong tủ của mình",
    "mỗi phút chờ của bà con là một lần niềm tin bị thử, chúng tôi muốn bớt những phút ấy",
    "nếu một thủ tục không ai cần thì nên bỏ nó đi trước khi nghĩ đến chuyện số hóa",
]
_DAYS = [
    "ngày 3/11",
    "sáng 14/11",
    "chiều 20/11",
    "ngày 8/10",
    "sáng 29/10",
    "ngày 2/12",
    "chiều 11/12",
]
_MATTERS = {
    SIGNING: [
        "dữ liệu dùng chung",
        "an toàn thông tin",
        "bản đồ ngập",
        "bệnh án điện tử",
        "đèn tín hiệu thông minh",
        "nhận dạng văn bản cũ",
        "học bạ số",
    ],
    OPENING: [
        "hành chính tự phục vụ",
        "một cửa số",
        "tiếp nhận hồ sơ tự động",
        "ki-ốt dịch vụ công",
        "hỗ trợ số cộng đồng",
        "chữ ký số miễn phí",
        "tra cứu quy hoạch",
    ],
    REPORT: [
        "hồ sơ không giấy",
        "cấp phép xây dựng trực tuyến",
        "hộ tịch điện tử",
        "khai báo tạm trú qua mạng",
        "cấp số nhà điện tử",
        "họp không giấy",
        "thanh toán viện phí không tiền mặt",
    ],
}


def stories():
    """Each event's three texts."""
    for wordings, matters in _MATTERS.items():
        for number, matter in enumerate(matters):
            role, person = _PEOPLE[number]
            told = {
                "body": _BODIES[(number + 2) % 7],
                "firm": _FIRMS[number],
                "matter": matter,
                "day": _DAYS[number],
                "number": 24 + 17 * number,
                "role": role,
                "person": person,
                "quote": _QUOTES[number],
            }
            yield [wording.format(**told) for wording in wordings]


def pairs():
    """Two texts on one event, neither a copy of the other."""
    return [pair for texts in stories() for pair in combinations(texts, 2)]
