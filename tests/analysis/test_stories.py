from datetime import timedelta

import pytest

from analysis.judge import judge
from analysis.judgement import StoryFacts
from analysis.stories import JOINS_FROM, WITHIN, likeness, weighed

CAMERA = (
    "Camera AI ghi nhận hơn 3.100 lượt vượt đèn đỏ ở TP.HCM sau một tháng",
    (
        "Phòng Cảnh sát giao thông Công an TP.HCM cho biết sau một tháng vận hành, 31 camera AI "
        "trên trục Nguyễn Hữu Cảnh đã ghi nhận hơn 3.100 lượt vi phạm, chủ yếu là vượt đèn đỏ."
    ),
    (
        "Trung tá Lê Bá Đạt nói dữ liệu của camera AI được chuyển thẳng về trung tâm điều khiển "
        "giao thông thông minh. Trục Nguyễn Hữu Cảnh có 1.240 lượt, nhiều nhất thành phố."
    ),
)
CAMERA_ELSEWHERE = (
    "Hơn 3.100 xe vượt đèn đỏ bị camera AI phát hiện tại TP.HCM",
    (
        "Sau một tháng, hệ thống 31 camera AI của Công an TP.HCM phát hiện hơn 3.100 trường hợp "
        "vi phạm; riêng đường Nguyễn Hữu Cảnh 1.240 trường hợp."
    ),
    (
        "Theo trung tá Lê Bá Đạt, hình ảnh vi phạm được gửi về trung tâm điều khiển giao thông "
        "thông minh trong vài giây, người vi phạm nhận thông báo qua VNeID."
    ),
)
WARD = (
    "Phường Bình Phú ra mắt ki-ốt dịch vụ công trực tuyến tại chợ",
    (
        "UBND phường Bình Phú (TP.HCM) đặt ba ki-ốt dịch vụ công trực tuyến tại chợ, tiểu "
        "thương nộp hồ sơ ngay nơi buôn bán."
    ),
    (
        "Bà Trần Thị Ngọc Mai, tiểu thương, cho biết chị nộp hồ sơ trong năm phút. Phường sẽ mở "
        "thêm bốn ki-ốt trong quý tới để chuyển đổi số gần người dân hơn."
    ),
)
OTHER_WARD = (
    "Phường Tân Mỹ ra mắt ki-ốt dịch vụ công trực tuyến tại chung cư",
    (
        "UBND phường Tân Mỹ (TP.HCM) đặt hai ki-ốt dịch vụ công trực tuyến tại chung cư, cư dân "
        "nộp hồ sơ vào buổi tối."
    ),
    (
        "Ông Phạm Quốc Hưng, trưởng ban quản trị, nói cư dân đi làm cả ngày nay không phải xin "
        "nghỉ. Chung cư có 1.100 căn hộ."
    ),
)
CAMERA_IN_ENGLISH = (
    "HCMC's AI cameras catch over 3,100 red-light violations in a month",
    (
        "The Ho Chi Minh City police said 31 AI cameras recorded more than 3,100 violations in "
        "their first month of operation."
    ),
    (
        "Lieutenant Colonel Le Ba Dat said Nguyen Huu Canh Street alone had 1,240 of them, and "
        "that the digital traffic control centre receives the images within seconds."
    ),
)


def known(article):
    facts = judge(*article, threshold=0.0).story
    assert facts is not None
    return weighed(facts)


def alike(one, other, apart=timedelta(hours=3)):
    return likeness(known(one), known(other), apart)


def test_two_outlets_own_pieces_on_one_event_are_one_story():
    found = alike(CAMERA, CAMERA_ELSEWHERE)
    assert found.confidence >= JOINS_FROM
    assert {"Nguyễn Hữu Cảnh", "Lê Bá Đạt"} <= set(found.shared_names)
    assert {"3100", "1240"} <= set(found.shared_figures)


def test_like_things_that_happened_in_two_places_are_two_stories():
    assert alike(WARD, OTHER_WARD).confidence < JOINS_FROM


def test_what_only_the_theme_has_in_common_is_two_stories():
    assert alike(CAMERA, WARD).confidence < 0.05


def test_english_piece_is_known_by_names_without_accents_and_figures():
    found = alike(CAMERA, CAMERA_IN_ENGLISH)
    assert found.confidence >= JOINS_FROM
    assert {"3100", "1240"} <= set(found.shared_figures)
    assert found.shared_words == ()


def test_english_piece_on_another_event_stays_apart():
    assert alike(WARD, CAMERA_IN_ENGLISH).confidence < JOINS_FROM


def test_the_same_words_weeks_later_are_another_story():
    assert alike(CAMERA, CAMERA_ELSEWHERE, WITHIN + timedelta(minutes=1)).confidence == 0


def test_the_longer_apart_the_less_sure():
    hours = [alike(CAMERA, CAMERA_ELSEWHERE, timedelta(hours=h)).confidence for h in (0, 48, 110)]
    assert hours == sorted(hours, reverse=True)


def test_likeness_is_the_same_from_both_sides():
    one, other = alike(CAMERA, CAMERA_ELSEWHERE), alike(CAMERA_ELSEWHERE, CAMERA)
    assert one.confidence == other.confidence


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(days=-2)], ids=["at-once", "before"])
def test_articles_of_which_nothing_is_known_are_not_alike(apart):
    assert likeness(weighed(StoryFacts()), weighed(StoryFacts()), apart).confidence < 0.05


def test_off_topic_articles_cost_nothing():
    assert (
        judge("Giá vàng tăng", "", "Giá vàng miếng tăng mạnh trong phiên sáng nay.").story is None
    )
