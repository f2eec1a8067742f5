"""Invented items for the definition of what is on topic: title, lead, day, one for each rule of it."""

BEFORE, AFTER = "2025-06-30", "2025-11-20"

RELEVANT = {
    "ward after the merger named without the city": (
        "Phường Dĩ An đưa robot vào quầy tiếp dân",
        "Trung tâm Phục vụ hành chính công phường Dĩ An (TP.HCM) dùng robot và kiosk cấp số tự động.",
        AFTER,
    ),
    "former province after the merger": (
        "Bà Rịa - Vũng Tàu cũ nối dữ liệu đất đai vào kho chung của TP.HCM",
        "Sở Nông nghiệp và Môi trường TP.HCM hoàn tất số hóa hồ sơ đất đai của vùng mới nhập về.",
        AFTER,
    ),
    "Thủ Đức before the merger": (
        "TP Thủ Đức thí điểm trợ lý ảo trả lời phản ánh của dân",
        "UBND TP Thủ Đức giao phòng văn hóa vận hành nền tảng số, nối với tổng đài 1022.",
        BEFORE,
    ),
    "old district before the merger": (
        "Quận 7 bỏ giấy tờ trong họp giao ban",
        "UBND quận 7 (TP.HCM) chuyển toàn bộ cuộc họp sang phòng họp không giấy từ tháng sau.",
        BEFORE,
    ),
    "innovation without the words": (
        "TP.HCM rót 500 tỉ đồng cho vườn ươm và quỹ đầu tư mạo hiểm",
        "Theo Sở Khoa học và Công nghệ TP.HCM, quỹ nhắm tới các nhóm khởi nghiệp sáng tạo.",
        AFTER,
    ),
    "financial centre without the words": (
        "Trung tâm tài chính quốc tế TP.HCM chốt ngày vận hành",
        "Cơ quan điều hành trung tâm sẽ nhận hồ sơ thành viên ngay trong quý đầu năm sau.",
        AFTER,
    ),
    "camera system as the subject": (
        "TP.HCM lắp thêm 120 camera AI ở các giao lộ lớn",
        "Hệ thống nối về trung tâm điều khiển giao thông, tự nhận diện vi phạm và đếm lưu lượng xe.",
        AFTER,
    ),
    "company with the city": (
        "FPT và TP.HCM ký hợp tác làm chip, đào tạo kỹ sư AI",
        "Chủ tịch UBND TP.HCM chứng kiến lễ ký; hai bên lập tổ công tác chung về bán dẫn.",
        AFTER,
    ),
    "university with the city": (
        "Đại học Quốc gia TP.HCM cùng Sở Khoa học và Công nghệ lập trung tâm bán dẫn",
        "UBND TP.HCM giao đất trong Khu Công nghệ cao TP.HCM cho trung tâm thiết kế vi mạch.",
        AFTER,
    ),
    "foreign partner with the city": (
        "Thành phố Osaka giúp TP.HCM làm bản đồ số ngập nước",
        "Lãnh đạo UBND TP.HCM và đoàn Nhật Bản thỏa thuận chia sẻ dữ liệu cảm biến theo thời gian thực.",
        AFTER,
    ),
    "national piece whose lead names the city": (
        "Nghị quyết 57 sau một năm: nơi nào đi đầu?",
        "TP.HCM dẫn đầu về chuyển đổi số với hơn 90% hồ sơ trực tuyến, theo báo cáo của UBND TP.HCM.",
        AFTER,
    ),
    "security of the city's systems": (
        "TP.HCM diễn tập ứng cứu tấn công mã độc vào trung tâm dữ liệu",
        "Công an TP.HCM và Sở Khoa học và Công nghệ thử kịch bản an ninh mạng với 30 đơn vị.",
        AFTER,
    ),
    "schools of the city": (
        "Từ năm học tới, học sinh TP.HCM dùng học bạ số",
        "Sở Giáo dục và Đào tạo TP.HCM yêu cầu các trường ký số và nạp dữ liệu trước tháng 9.",
        AFTER,
    ),
    "hospitals of the city": (
        "Ngành y tế TP.HCM liên thông bệnh án điện tử giữa 60 bệnh viện",
        "Sở Y tế TP.HCM nói người bệnh không phải làm lại xét nghiệm khi chuyển viện.",
        AFTER,
    ),
    "tourism office and a platform": (
        "Sở Du lịch TP.HCM ra mắt bản đồ du lịch số 3D",
        "Du khách quét mã QR để nghe thuyết minh; dữ liệu do các phường cùng cập nhật.",
        AFTER,
    ),
    "tax office": (
        "Thuế TP.HCM hướng dẫn 300.000 hộ kinh doanh dùng hóa đơn điện tử",
        "Cán bộ thuế đến từng chợ giúp tiểu thương cài eTax Mobile và máy tính tiền kết nối dữ liệu.",
        AFTER,
    ),
    "digital skills": (
        "Bình dân học vụ số đến từng khu nhà trọ TP.HCM",
        "Các tổ công nghệ số cộng đồng ở TP.HCM chỉ công nhân dùng VNeID và dịch vụ công trực tuyến.",
        AFTER,
    ),
    "programme of the Party committee": (
        "Thành ủy TP.HCM giao chỉ tiêu thực hiện Nghị quyết 57",
        "Mỗi sở ngành phải có ít nhất một sản phẩm số và báo cáo hằng quý trên nền tảng chung.",
        AFTER,
    ),
    "metro with cards": (
        "Metro số 1 cho khách qua cổng bằng căn cước gắn chip",
        "Ban Quản lý Đường sắt đô thị TP.HCM nâng cấp hệ thống vé điện tử ở cả 14 nhà ga.",
        AFTER,
    ),
    "green tied to digital": (
        "TP.HCM gắn chuyển đổi xanh với chuyển đổi số ở khu công nghiệp",
        "HEPZA thí điểm theo dõi khí thải bằng cảm biến IoT, số liệu gửi thẳng về sở.",
        AFTER,
    ),
    "English: services": (
        "HCMC puts all business licences online",
        "The Ho Chi Minh City People's Committee said online public services now cover 98 procedures.",
        AFTER,
    ),
    "English: chips": (
        "Ho Chi Minh City seeks semiconductor investors for its Hi-Tech Park",
        "City leaders pledged faster permits for chip design firms and a training programme.",
        AFTER,
    ),
    "English: data centre": (
        "Ho Chi Minh City approves hyperscale data centre",
        "The municipal Department of Science and Technology expects the facility to serve e-government.",
        AFTER,
    ),
    "English: finance": (
        "HCM City to open fintech sandbox at international financial centre",
        "The city's People's Council passed a resolution on controlled testing of digital assets.",
        AFTER,
    ),
    "English: smart city": (
        "HCMC smart city operations centre links 1,800 cameras",
        "Officials say the system uses artificial intelligence to reroute traffic in real time.",
        AFTER,
    ),
    "English: start-ups": (
        "HCMC launches fund to back innovative startups",
        "The fund, run by the city's innovation centre, will co-invest in AI and biotech ventures.",
        AFTER,
    ),
}

OFF_TOPIC = {
    "dateline only": (
        "Việt Nam đứng trong nhóm đầu về chính phủ số ở Đông Nam Á",
        "(TP.HCM, 20-11) - Báo cáo của Liên Hợp Quốc ghi nhận Việt Nam tăng 15 bậc về chính phủ điện tử.",
        AFTER,
    ),
    "venue of a national event": (
        "Bộ Khoa học và Công nghệ bàn về hạ tầng số cho cả nước",
        "Hội nghị diễn ra tại TP.HCM, có lãnh đạo bộ và 34 tỉnh thành dự, bàn về 5G và điện toán đám mây.",
        AFTER,
    ),
    "venue of a company's event": (
        "Hãng phần mềm Mỹ giới thiệu công cụ AI cho lập trình viên",
        "Sự kiện tổ chức tại TP.HCM thu hút 500 kỹ sư, công ty cho biết sẽ mở bán từ tháng sau.",
        AFTER,
    ),
    "political academy": (
        "Học viện Chính trị quốc gia Hồ Chí Minh ra mắt thư viện số",
        "Học viện đẩy mạnh chuyển đổi số trong đào tạo cán bộ, theo giám đốc học viện ở Hà Nội.",
        AFTER,
    ),
    "youth union": (
        "Trung ương Đoàn TNCS Hồ Chí Minh phát động Bình dân học vụ số",
        "Phong trào do Trung ương Đoàn tổ chức, hướng dẫn thanh niên nông thôn dùng dịch vụ công trực tuyến.",
        AFTER,
    ),
    "street": (
        "Đường Hồ Chí Minh có hệ thống thu phí không dừng",
        "Bộ Xây dựng yêu cầu các trạm dùng thẻ điện tử, kết nối dữ liệu với cục đường bộ.",
        AFTER,
    ),
    "bank": (
        "Ngân hàng Sài Gòn Thương Tín ra mắt ngân hàng số mới",
        "Khách hàng mở tài khoản bằng sinh trắc học trên ứng dụng, ngân hàng kỳ vọng lợi nhuận tăng.",
        AFTER,
    ),
    "newspaper": (
        "Báo Sài Gòn Giải Phóng ra mắt giao diện điện tử",
        "Báo điện tử dùng trí tuệ nhân tạo gợi ý bài đọc, phục vụ bạn đọc trên nền tảng số.",
        AFTER,
    ),
    "university for itself": (
        "Trường Đại học Luật TP.HCM tuyển sinh ngành công nghệ số",
        "Nhà trường dự kiến nhận 200 sinh viên ngành luật và trí tuệ nhân tạo, học phí 40 triệu đồng.",
        AFTER,
    ),
    "thought": (
        "Vận dụng tư tưởng Hồ Chí Minh trong kỷ nguyên số",
        "Hội thảo khoa học bàn về đạo đức công vụ trên môi trường số và chuyển đổi số trong giáo dục.",
        AFTER,
    ),
    "other province": (
        "Cần Thơ đưa dịch vụ công trực tuyến đến từng ấp",
        "UBND TP Cần Thơ học mô hình của TP.HCM, lắp kiosk ở 80 xã phường để dân nộp hồ sơ điện tử.",
        AFTER,
    ),
    "ministry with the city as an example": (
        "Bộ Y tế yêu cầu mọi bệnh viện dùng bệnh án điện tử",
        "Theo bộ, mới có 120 bệnh viện trên cả nước làm xong, trong đó có một số ở Hà Nội và TP.HCM.",
        AFTER,
    ),
    "Bình Dương before the merger": (
        "Bình Dương khánh thành trung tâm điều hành thông minh",
        "UBND tỉnh Bình Dương đưa dữ liệu của 9 huyện thị lên một nền tảng dùng chung.",
        BEFORE,
    ),
    "Vũng Tàu before the merger": (
        "Bà Rịa - Vũng Tàu cấp 10.000 chữ ký số miễn phí",
        "Sở Khoa học và Công nghệ tỉnh Bà Rịa - Vũng Tàu hỗ trợ dân nộp hồ sơ trực tuyến.",
        BEFORE,
    ),
    "advert of property": (
        "Căn hộ thông minh ở Thủ Đức mở bán đợt cuối",
        "Chủ đầu tư trang bị khóa điện tử, camera AI và ứng dụng cư dân cho 600 căn hộ tại TP.HCM.",
        AFTER,
    ),
    "advert of a product": (
        "Phần mềm bán hàng ưu đãi 50% cho cửa hàng tại TP.HCM",
        "Công ty tặng gói hóa đơn điện tử sáu tháng, liên hệ hotline chi nhánh TP.HCM để nhận khuyến mãi.",
        AFTER,
    ),
    "crime by app": (
        "Công an TP.HCM cảnh báo cài ứng dụng VNeID giả, một người mất 2 tỉ đồng",
        "Kẻ lừa đảo giả cán bộ phường gọi điện, dụ nạn nhân tải app dịch vụ công giả rồi chiếm đoạt tiền.",
        AFTER,
    ),
    "crime on the net": (
        "Công an TP.HCM bắt đường dây đánh bạc qua mạng",
        "Nhóm này dùng tiền điện tử và máy chủ nước ngoài, giao dịch hàng nghìn tỉ đồng.",
        AFTER,
    ),
    "gadget review": (
        "Đánh giá đồng hồ thông minh mới: pin bền, có trợ lý AI",
        "Chúng tôi thử máy ở TP.HCM trong hai tuần; màn hình sáng, giá 6 triệu đồng.",
        AFTER,
    ),
    "AI abroad": (
        "Singapore dùng AI xét duyệt hồ sơ xây dựng",
        "Chính phủ Singapore nói hệ thống trí tuệ nhân tạo rút ngắn thời gian còn ba ngày.",
        AFTER,
    ),
    "camera offences": (
        "Camera AI ghi hình 300 tài xế vượt đèn đỏ ở TP.HCM, mức phạt ra sao?",
        "CSGT công bố danh sách biển số vi phạm bị phạt nguội trong tuần, nhiều người bị trừ điểm bằng lái.",
        AFTER,
    ),
    "staffing": (
        "TP.HCM có tân phó giám đốc Sở Khoa học và Công nghệ",
        "Chủ tịch UBND TP.HCM trao quyết định bổ nhiệm; ông từng công tác tại phòng tổ chức cán bộ.",
        AFTER,
    ),
    "traffic": (
        "TP.HCM: kẹt xe kéo dài ở cầu phía nam",
        "Sở Xây dựng TP.HCM điều chỉnh giao thông, người dân nên theo dõi trên ứng dụng bản đồ.",
        AFTER,
    ),
    "company's own transformation": (
        "Chuỗi bán lẻ chi 200 tỉ đồng chuyển đổi số kho hàng",
        "Công ty có trụ sở tại TP.HCM dùng robot và phần mềm mới, doanh thu dự kiến tăng 20%.",
        AFTER,
    ),
    "legal text": (
        "Thông tư mới về chữ ký số có hiệu lực từ tháng 1",
        "Thông tư quy định định dạng chữ ký số và chứng thư số của cơ quan nhà nước.",
        AFTER,
    ),
    "award of a company": (
        "Tổng công ty điện lực được vinh danh doanh nghiệp chuyển đổi số",
        "Đơn vị có trụ sở ở TP.HCM nhận giải thưởng Top 10 doanh nghiệp tiêu biểu.",
        AFTER,
    ),
    "parents and AI": (
        "Phụ huynh Sài Gòn đua nhau cho con học AI",
        "Nhiều trung tâm tư thục mở lớp lập trình, học phí 5 triệu đồng một tháng.",
        AFTER,
    ),
    "passing mention in a list of cities": (
        "Hà Nội thí điểm thẻ vé liên thông",
        "UBND TP Hà Nội dùng thẻ căn cước làm vé; Đà Nẵng và TP.HCM cũng đang nghiên cứu.",
        AFTER,
    ),
    "sport by app": (
        "Giải chạy ở TP.HCM phát số áo qua ứng dụng",
        "Ban tổ chức cho vận động viên quét mã QR nhận áo; giải quy tụ 10.000 người chạy.",
        AFTER,
    ),
    "English: venue": (
        "Global cloud firm unveils AI tools for Asian developers",
        "The company held its conference in Ho Chi Minh City, showing new software to 500 engineers.",
        AFTER,
    ),
    "English: elsewhere": (
        "Hanoi expands e-government to all wards",
        "The capital's digital transformation plan follows pilots in Da Nang and Ho Chi Minh City.",
        AFTER,
    ),
    "English: the city without the theme": (
        "Ho Chi Minh City braces for heavy rain",
        "Forecasters expect flooding in low-lying districts through the weekend.",
        AFTER,
    ),
    "English: crime": (
        "Ho Chi Minh City police arrest crypto scam ring",
        "The suspects ran a fake trading app and swindled victims out of $2 million.",
        AFTER,
    ),
}
