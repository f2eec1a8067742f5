import pytest

from crawler.bylines import is_outlet, names, opening, outlet_keys, signature

OUTLETS = outlet_keys("https://www.baomau.example/x", ["Báo Sóng Mới", "Sở Tin và Báo (lưu trữ)"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Mai Anh", ("Mai Anh",), id="one"),
        pytest.param("Theo Mai Anh", ("Mai Anh",), id="after"),
        pytest.param("Bài: Mai Anh - Hoàng Hà", ("Mai Anh", "Hoàng Hà"), id="dash"),
        pytest.param("Mai Anh, Hoàng Hà và Lê Chi", ("Mai Anh", "Hoàng Hà", "Lê Chi"), id="and"),
        pytest.param("Mai Anh (tổng hợp)", ("Mai Anh",), id="note"),
        pytest.param("Mai Anh, Mai Anh", ("Mai Anh",), id="twice"),
        pytest.param("Báo Sóng Mới, Mai Anh", ("Mai Anh",), id="outlet"),
        pytest.param("Mai Anh/Báo Bạn - Hoàng Hà", ("Mai Anh", "Hoàng Hà"), id="other-outlet"),
        pytest.param("Mai Anh/baomau-TPHCM, Hoàng Hà", ("Mai Anh", "Hoàng Hà"), id="office"),
        pytest.param("Mai Anh/Hoàng Hà", ("Mai Anh", "Hoàng Hà"), id="stroke"),
        pytest.param("Sở Tin và Báo", (), id="outlet-with-and"),
        pytest.param("Bộ Chợ và Bến, Mai Anh", ("Bộ Chợ và Bến", "Mai Anh"), id="body-with-and"),
        pytest.param("admin", (), id="account"),
        pytest.param("Quản trị viên", (), id="account-in-words"),
        pytest.param("Administrator, Mai Anh", ("Mai Anh",), id="account-and-person"),
        pytest.param("MAI ANH", ("MAI ANH",), id="capitals"),
        pytest.param("T.H.", ("T.H",), id="initials"),
        pytest.param("N.Anh", ("N.Anh",), id="half-initials"),
        pytest.param("Bài, ảnh: MAI ANH", ("MAI ANH",), id="label-for-both"),
        pytest.param("BÀI VÀ ẢNH: MAI ANH", ("MAI ANH",), id="label-in-capitals"),
        pytest.param("Tin - ảnh: Mai Anh", ("Mai Anh",), id="label-with-dash"),
        pytest.param("Bài: MAI ANH; ảnh: LÊ CHI", ("MAI ANH", "LÊ CHI"), id="two-labels"),
        pytest.param("PV Mai Anh", ("Mai Anh",), id="reporter"),
        pytest.param("Phóng viên Mai Anh", ("Mai Anh",), id="reporter-in-words"),
        pytest.param("CTV Mai Anh - PV Lê Chi", ("Mai Anh", "Lê Chi"), id="two-reporters"),
        pytest.param("Mai Anh thực hiện", ("Mai Anh",), id="carried-out-by"),
        pytest.param("Mai Anh/TTXVN", ("Mai Anh",), id="of-an-agency"),
        pytest.param("Mai Anh/Báo Tin tức và Dân tộc", ("Mai Anh",), id="of-a-paper"),
        pytest.param("Mai Anh (TTXVN)", ("Mai Anh",), id="agency-behind"),
        pytest.param("Mai AnhTTXVN", ("Mai Anh",), id="agency-without-a-blank"),
        pytest.param("TTXVN", ("TTXVN",), id="agency-alone"),
        pytest.param("Nhóm PV", ("Nhóm PV",), id="group"),
        pytest.param("Tổng hợp", (), id="nobody"),
        pytest.param("Mai Anh (tổng hợp)", ("Mai Anh",), id="compiled"),
        pytest.param("Xin cảm ơn ông!", (), id="thanks"),
        pytest.param("baomau.example", (), id="host"),
        pytest.param("28/11/2025 09:00", (), id="date"),
        pytest.param("", (), id="nothing"),
        pytest.param("một câu dài không phải là tên của ai cả", (), id="sentence"),
    ],
)
def test_persons_are_found_in_a_byline(text, found):
    assert names(text, OUTLETS) == found


@pytest.mark.parametrize(
    ("line", "signed"),
    [
        pytest.param("MINH ANH", ("MINH ANH", ""), id="capitals"),
        pytest.param("Mai Anh - Hoàng Hà", ("Mai Anh - Hoàng Hà", ""), id="two"),
        pytest.param("Tin, ảnh: Mai Anh", ("Mai Anh", ""), id="label"),
        pytest.param("H.L.", ("H.L", ""), id="initials"),
        pytest.param("Mai Anh (TTXVN)", ("Mai Anh", "TTXVN"), id="agency-behind"),
        pytest.param("Mai Anh (theo Báo Bạn)", ("Mai Anh", "Báo Bạn"), id="after-behind"),
        pytest.param("Mai Anh (tổng hợp)", ("Mai Anh", ""), id="note"),
        pytest.param("Mai Anh/Báo Tin bạn", ("Mai Anh", "Báo Tin bạn"), id="outlet-behind"),
        pytest.param("Mai Anh - Ảnh: Lê Chi", ("Mai Anh - Lê Chi", ""), id="picture-behind"),
        pytest.param("(TTXVN)", ("", "TTXVN"), id="agency"),
        pytest.param("Theo Báo Bạn", ("", "Báo Bạn"), id="after"),
        pytest.param("(Nguồn: Báo Bạn)", ("", "Báo Bạn"), id="source"),
        pytest.param("THEO TTXVN", ("", "TTXVN"), id="after-in-capitals"),
        pytest.param("(TTXVN/Vietnam+)", ("", "TTXVN/Vietnam+"), id="two-agencies"),
        pytest.param("BÀI, ẢNH: MAI ANH", ("MAI ANH", ""), id="label-in-capitals"),
        pytest.param("Bài: MAI ANH; ảnh: LÊ CHI", ("MAI ANH - LÊ CHI", ""), id="two-labels"),
        pytest.param("Mai Anh/VOV.VN", ("Mai Anh", "VOV.VN"), id="host-behind"),
        pytest.param("Nhóm phóng viên", ("Nhóm phóng viên", ""), id="group"),
        pytest.param("MAI ANH (Phó giám đốc Sở)", ("MAI ANH", ""), id="office-behind"),
        pytest.param("Mai Anh (Từ Đà Nẵng)", ("Mai Anh", ""), id="place-behind"),
        pytest.param("By Mai Anh – Translated by Van Ha", ("Mai Anh", ""), id="english"),
        pytest.param("Phường sẽ mở thêm quầy.", ("", ""), id="sentence"),
        pytest.param("Phường mở quầy", ("", ""), id="heading"),
        pytest.param("Theo kế hoạch, quầy mở cửa trong tháng 12 tới đây.", ("", ""), id="plan"),
        pytest.param("Hết", ("", ""), id="word"),
    ],
)
def test_a_closing_line_is_told_from_a_signature(line, signed):
    assert signature(line) == signed


def test_an_outlets_name_is_known_by_its_address():
    assert is_outlet("Ban Mẫu baomau", OUTLETS)
    assert not is_outlet("Mai Anh", OUTLETS)


def test_what_is_left_of_a_short_name_without_its_note_is_no_outlet():
    assert not is_outlet("Người Việt Nam", outlet_keys("https://x.example", ["Việt Nam+ (VN+)"]))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param(["Lê Mai Anh", "Học viện Chợ nổi"], ("Lê Mai Anh", 2), id="one"),
        pytest.param(
            ["PGS.TS. Lê Mai Anh", "Học viện Chợ nổi", "ThS. Hoàng Hà", "Trường Đại học Bến"],
            ("Lê Mai Anh, Hoàng Hà", 4), id="two",
        ),
        pytest.param(["Lê Mai Anh", "Phường mở quầy số"], ("", 0), id="without-workplace"),
        pytest.param(["Bến Nghé", "Trường Đại học Bến mở cửa"], ("", 0), id="place"),
        pytest.param(["Lê Mai Anh"], ("", 0), id="name-alone"),
    ],
)  # fmt: skip
def test_a_name_above_a_text_is_told_by_the_workplace_below_it(lines, found):
    assert opening([*lines, "Phường đã mở thêm quầy."]) == found
