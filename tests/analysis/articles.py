"""Invented articles, in the manner of newspapers, for the tests of this room."""

from datetime import UTC, datetime

AFTER_MERGER = datetime(2025, 11, 20, 3, tzinfo=UTC)
BEFORE_MERGER = datetime(2025, 3, 20, 3, tzinfo=UTC)

# Title, text, whether it is on topic.
RELEVANT = {
    "one-stop portal": (
        "TP.HCM đưa thêm 120 thủ tục lên cổng dịch vụ công trực tuyến",
        "UBND TP.HCM vừa giao các sở hoàn tất số hóa hồ sơ trước cuối quý, để dân nộp từ nhà.",
    ),
    "ward assistant": (
        "Phường thử nghiệm trợ lý ảo trả lời thủ tục cho người dân",
        "Phường Rạng Đông (TP.HCM) vận hành trợ lý ảo dùng trí tuệ nhân tạo ở bộ phận một cửa.",
    ),
    "data centre": (
        "TP HCM mời đầu tư trung tâm dữ liệu tại khu phía đông",
        "Lãnh đạo TP HCM cho biết dự án trung tâm dữ liệu sẽ phục vụ hạ tầng số của cả vùng.",
    ),
    "traffic lights": (
        "Sở Xây dựng TP.HCM lắp đèn tín hiệu thông minh ở 40 giao lộ",
        "Hệ thống dùng camera AI đếm xe theo thời gian thực, tự đổi nhịp đèn.",
    ),
    "teachers": (
        "TPHCM khảo sát năng lực số của giáo viên",
        "Sở Giáo dục và Đào tạo TPHCM triển khai bài kiểm tra kỹ năng số cho toàn bộ giáo viên.",
    ),
    "agreement": (
        "Tập đoàn viễn thông ký kết với TP.HCM về đô thị thông minh",
        "UBND TP.HCM và tập đoàn thỏa thuận hợp tác lập trung tâm điều hành đô thị thông minh.",
    ),
    "financial centre": (
        "Trung tâm tài chính quốc tế TP.HCM tìm cơ chế sandbox cho fintech",
        "Sở Tài chính TP.HCM lấy ý kiến về khung thử nghiệm blockchain và tài sản số.",
    ),
    "start-ups": (
        "TP.HCM lập quỹ cho khởi nghiệp sáng tạo",
        "Theo Sở Khoa học và Công nghệ TP.HCM, quỹ sẽ rót vốn cho các dự án đổi mới sáng tạo.",
    ),
    "police data": (
        "Công an TP.HCM làm sạch dữ liệu dân cư",
        "Công an TP.HCM rà soát cơ sở dữ liệu và hướng dẫn người dân cập nhật trên VNeID.",
    ),
    "learning": (
        "TP.HCM phát động Bình dân học vụ số ở các khu nhà trọ",
        "Tổ công nghệ số cộng đồng đến từng dãy trọ, giúp công nhân dùng dịch vụ công trực tuyến.",
    ),
    "Thủ Đức": (
        "Thủ Đức họp không giấy từ tháng sau",
        "UBND TP Thủ Đức chuyển mọi cuộc họp sang nền tảng số, gắn với chuyển đổi số của TP.HCM.",
    ),
    "Bình Dương after the merger": (
        "Trung tâm điều hành thông minh Bình Dương nối với TP.HCM",
        "Lãnh đạo TP.HCM yêu cầu dùng chung kho dữ liệu, đẩy mạnh chuyển đổi số sau sáp nhập.",
    ),
    "English": (
        "Ho Chi Minh City to open smart city operations centre",
        "Ho Chi Minh City will run its digital government services from the new data center.",
    ),
    "5G": (
        "TP.HCM phủ sóng 5G toàn bộ bệnh viện công",
        "TP.HCM đặt mục tiêu hoàn thiện hạ tầng số cho y tế thông minh trong năm tới.",
    ),
    "council": (
        "HĐND TP.HCM thông qua nghị quyết về kinh tế số",
        "Nghị quyết hỗ trợ doanh nghiệp chuyển đổi số và phát triển dữ liệu mở.",
    ),
}
OFF_TOPIC = {
    "another city": (
        "Hà Nội khai trương trung tâm điều hành đô thị thông minh",
        "UBND TP Hà Nội đẩy mạnh chuyển đổi số, kết nối dữ liệu của 126 xã phường.",
    ),
    "ministry": (
        "Bộ trưởng nêu ba trụ cột của chuyển đổi số quốc gia",
        "Bộ Khoa học và Công nghệ họp về hạ tầng số với các tỉnh, có Đà Nẵng, Cần Thơ và TP.HCM.",
    ),
    "traffic": (
        "TP.HCM: Ùn tắc kéo dài ở cửa ngõ phía tây sáng đầu tuần",
        "Hàng nghìn xe máy nối đuôi nhau trên đường Võ Văn Kiệt vì mưa lớn.",
    ),
    "crime": (
        "Công an TP.HCM khởi tố nhóm lừa đảo qua mạng",
        "Nhóm này giả cán bộ, dụ nạn nhân cài ứng dụng rồi chiếm đoạt tiền.",
    ),
    "property": (
        "Mở bán căn hộ thông minh ở khu đông TP.HCM",
        "Chủ đầu tư cho biết mỗi căn hộ có khóa điện tử và ứng dụng quản lý.",
    ),
    "academy": (
        "Học viện Chính trị quốc gia Hồ Chí Minh mở lớp chuyển đổi số",
        "Lớp học dành cho cán bộ các tỉnh miền Trung, tổ chức ở Huế.",
    ),
    "youth union": (
        "Đoàn TNCS Hồ Chí Minh tỉnh Nghệ An ra quân chuyển đổi số",
        "Thanh niên hướng dẫn người dân dùng dịch vụ công trực tuyến ở các bản.",
    ),
    "gadget": (
        "Điện thoại mới có trợ lý AI lên kệ",
        "Mẫu máy được bán tại các cửa hàng ở TP.HCM từ thứ Sáu, giá 12 triệu đồng.",
    ),
    "sport": (
        "Đội bóng TP.HCM thắng trận mở màn",
        "Cầu thủ ghi bàn ở phút 80, khán giả reo hò trên sân Thống Nhất.",
    ),
    "who is 'ai'": (
        "Ai được nhận quà Tết ở TP.HCM?",
        "Người cao tuổi và gia đình chính sách tại TP.HCM được tặng quà.",
    ),
    "AI abroad": (
        "Hãng Mỹ ra mô hình trí tuệ nhân tạo mới",
        "Mô hình AI này viết mã nhanh hơn, theo công ty ở California.",
    ),
    "Bình Dương before": (
        "Bình Dương khai trương trung tâm điều hành thông minh",
        "UBND tỉnh Bình Dương đẩy mạnh chuyển đổi số và dữ liệu mở.",
    ),
    "weather": (
        "TP.HCM mưa dông vào chiều tối",
        "Đài khí tượng dự báo mưa kéo dài, ngập ở nhiều tuyến đường.",
    ),
    "staffing": (
        "TP.HCM có tân giám đốc Sở Y tế",
        "Chủ tịch UBND TP.HCM trao quyết định bổ nhiệm sáng nay.",
    ),
    "fair as venue": (
        "Hãng xe ra mắt mẫu SUV có trợ lý AI",
        "Triển lãm diễn ra tại TP.HCM, công ty kỳ vọng doanh thu tăng gấp đôi.",
    ),
}

BODY = """Sáng 20-11, UBND TP.HCM tổ chức hội nghị về chuyển đổi số. Ông Trần Quốc Bảo, giám đốc \
trung tâm, cho biết hệ thống mới sẽ nối dữ liệu của mọi phường, xã trong thành phố.

Theo kế hoạch, người dân có thể nộp hồ sơ trên nền tảng số, theo dõi tiến độ và trả phí không tiền \
mặt. Các phường sẽ bố trí tổ công nghệ số cộng đồng để giúp người cao tuổi làm quen.

Ông Bảo nói thêm, dữ liệu sẽ được mở dần cho doanh nghiệp khởi nghiệp. Thành phố cũng lấy ý kiến \
chuyên gia về an toàn thông tin trước khi vận hành chính thức vào đầu năm sau.

Nhiều phường đã thử trong hai tháng. Kết quả cho thấy thời gian chờ giảm một nửa, còn số hồ sơ trễ \
hạn gần như không còn."""
OTHER_BODY = """Nông dân ở vùng trũng năm nay được mùa lúa nổi. Nước về sớm, cá nhiều, các chợ ven \
kênh nhộn nhịp từ ba giờ sáng cho đến khi mặt trời lên cao trên những hàng tràm.

Bà con nói giá gạo giữ vững suốt vụ. Thương lái đến tận ruộng, cân xong trả tiền liền, không còn \
cảnh ghe chờ cả tuần bên bến như mọi năm, vì vậy ai cũng phấn khởi.

Sau vụ này, nhiều nhà sẽ thả cá đồng thay vì bơm nước ra làm thêm một vụ. Cách làm cũ của ông bà \
hóa ra vừa đỡ công vừa giữ được đất màu cho mùa sau."""
