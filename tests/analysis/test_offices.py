from datetime import UTC, datetime

import pytest

from analysis.gazetteer import gazetteer
from analysis.judge import judge

IN_2022 = datetime(2022, 9, 7, 3, tzinfo=UTC)
IN_2025 = datetime(2025, 11, 27, 3, tzinfo=UTC)
LATER = datetime(2031, 1, 1, tzinfo=UTC)
CHAIR = "Chủ tịch UBND TP.HCM"


def people(text, day, title=""):
    tags = judge(title, "", text, day).entities
    return {tag.id: [m.text for m in tag.mentions] for tag in tags if tag.type == "person"}


@pytest.mark.parametrize(
    ("day", "who"),
    [
        pytest.param(IN_2022, ["phan-van-mai"], id="2022"),
        pytest.param(IN_2025, ["nguyen-van-duoc"], id="late 2025"),
        pytest.param(None, [], id="day unknown"),
        pytest.param(LATER, [], id="after what is known"),
        pytest.param(datetime(2025, 2, 20, 3, tzinfo=UTC), [], id="day of the change"),
    ],
)
def test_role_alone_is_who_held_it_on_the_day(day, who):
    assert list(people(f"{CHAIR} cho biết việc này là cần.", day)) == who


def test_the_whole_role_is_the_evidence_and_the_body_stays_tagged():
    tags = {t.id: t for t in judge("", "", f"{CHAIR} cho biết vậy.", IN_2025).entities}
    assert [m.text for m in tags["nguyen-van-duoc"].mentions] == [CHAIR]
    assert [m.text for m in tags["ubnd-tphcm"].mentions] == ["UBND TP.HCM"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        pytest.param("Bí thư Thành ủy TP HCM dự.", "tran-luu-quang", id="party secretary"),
        pytest.param("Giám đốc Sở KH-CN TP.HCM nói.", "lam-dinh-thang", id="short name of a body"),
        pytest.param(
            "TP.HCM họp. Chủ tịch UBND Thành phố nói.", "nguyen-van-duoc", id="city named before"
        ),
        pytest.param("Chủ tịch TP.HCM yêu cầu rà soát.", "nguyen-van-duoc", id="body left out"),
        pytest.param(
            "The chairman of the HCMC People's Committee agreed.", "nguyen-van-duoc", id="English"
        ),
    ],
)
def test_role_is_known_in_its_usual_wordings(text, who):
    assert list(people(text, IN_2025)) == [who]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Phó {CHAIR} cho biết.", id="deputy"),
        pytest.param(f"Nguyên {CHAIR} cho biết.", id="former"),
        pytest.param(f"Ông giữ chức {CHAIR} từ lâu.", id="the office itself"),
        pytest.param(f"{CHAIR} nhiệm kỳ trước nói.", id="another term"),
        pytest.param(f"Năm 2019, {CHAIR} đã nói vậy.", id="a year of somebody else"),
        pytest.param("Chủ tịch UBND phường nói với TP.HCM.", id="another body"),
    ],
)
def test_role_that_may_be_anothers_stays_a_role(text):
    assert people(text, IN_2025) == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{CHAIR} Phan Văn Mãi nói.", id="after"),
        pytest.param(f"Ông Phan Văn Mãi, {CHAIR}, nói.", id="before"),
        pytest.param(f"{CHAIR}, ông Phan Văn Mãi, nói.", id="after a comma"),
    ],
)
def test_name_beside_the_role_is_believed_before_the_list(text):
    assert list(people(text, IN_2025)) == ["phan-van-mai"]


def test_given_name_after_ong_is_the_holder_of_the_office_named_before():
    text = f"{CHAIR} phát biểu. Theo ông Được, việc này được ủng hộ."
    assert people(text, IN_2025) == {"nguyen-van-duoc": [CHAIR, "Được"]}


def test_given_name_of_somebody_else_is_not_the_holders():
    assert people(f"{CHAIR} phát biểu. Theo ông Mãi, đúng.", IN_2025) == {
        "nguyen-van-duoc": [CHAIR]
    }


def test_no_office_has_two_holders_on_one_day():
    held = [(t.body, t.role, t.first, t.last) for e in gazetteer().values() for t in e.tenures]
    clashes = [
        (one, other)
        for one in held
        for other in held
        if one[:2] == other[:2] and one[2] < other[2] <= one[3]
    ]
    assert len(held) > 40
    assert clashes == []
