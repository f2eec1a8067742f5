"""What a person would tag in the five seeds, where they lie beside the repository.

The seeds are named by their number; their texts are not the project's. Expected is what the text
is about or whom it quotes; each list says why in its comment.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.judge import judge

REAL = Path(os.environ.get("DIEMBAO_REAL") or Path(__file__).parents[3] / "shared" / "real")
SEEDS = REAL.parent / "seeds"

EXPECTED = [
    # A deputy chairman receives the head of a Berlin centre; that centre, its founder, the forum
    # around the meeting, and the department that is to follow up.
    pytest.param(
        0,
        datetime(2025, 11, 27, 8, tzinfo=UTC),
        {
            "nguyen-cong-vinh": "person", "manuel-kilian": "person", "ubnd-tphcm": "government",
            "so-khoa-hoc-va-cong-nghe-tphcm": "government", "wef": "organisation",
            "dien-dan-kinh-te-mua-thu": "event", "tphcm": "place", "berlin": "place",
        },
        id="berlin",
    ),
    # The chairman speaks without being named: office and day say who, 'ông Được' is he; with him
    # a firm's head and an ambassador. Who is only in a caption is not in the article.
    pytest.param(
        1,
        datetime(2025, 11, 26, 8, tzinfo=UTC),
        {
            "nguyen-van-duoc": "person", "nguyen-trung-chinh": "person", "marc-knapper": "person",
            "ubnd-tphcm": "government", "cmc": "organisation", "wef": "organisation",
            "dien-dan-kinh-te-mua-thu": "event", "tphcm": "place", "viet-nam": "place",
        },
        id="forum lunch",
    ),
    # 2022: two groups sign with the committee, then headed by another; a department that is no
    # more, the hotline, the city that was within the city, the cities that were visited.
    pytest.param(
        2,
        datetime(2022, 9, 7, 8, tzinfo=UTC),
        {
            "phan-van-mai": "person", "vnpt": "organisation", "viettel": "organisation",
            "so-thong-tin-va-truyen-thong-tphcm": "government", "ubnd-tphcm": "government",
            "thanh-uy-tphcm": "government", "1022": "platform", "tp-thu-duc": "place",
            "tphcm": "place", "san-francisco": "place",
        },
        id="agreements of 2022",
    ),
    # The digital transformation centre and a university hold a seminar; who opens it, who pays,
    # and the provinces that send people: of March 2025, so one of them still is one.
    pytest.param(
        3,
        datetime(2025, 3, 29, 8, tzinfo=UTC),
        {
            "vo-van-hoan": "person", "trung-tam-chuyen-doi-so-tphcm": "government",
            "world-bank": "organisation", "ubnd-tphcm": "government", "tphcm": "place",
            "hue": "place", "da-nang": "place", "ba-ria-vung-tau": "place", "khanh-hoa": "place",
        },
        id="seminar",
    ),
    # A department head speaks at a congress on a resolution; what stands under 'read more' is
    # other provinces' news and gives nothing.
    pytest.param(
        4,
        datetime(2025, 10, 15, 7, tzinfo=UTC),
        {
            "lam-dinh-thang": "person", "so-khoa-hoc-va-cong-nghe-tphcm": "government",
            "nghi-quyet-57-nq-tw": "document", "bo-chinh-tri": "government", "tphcm": "place",
            "dong-nam-bo": "place", "dai-hoi-dang-bo-tphcm-i": "event",
        },
        id="congress",
    ),
]  # fmt: skip

# Nobody's names: bylines, photo credits, what others' news below the article names.
NOT_THERE = {
    0: ["Hoàng Hùng", "Minh Xuân"],
    1: ["Duy Hiệu", "Bùi Thanh Sơn"],
    2: ["Nguyễn Văn Nên", "Nguyễn Thiện Nhân"],
    3: [],
    4: ["Trọng Vũ", "Lào Cai", "Hà Nội", "Cù Ngọc Trang", "Trương Việt Dũng"],
}

if SEEDS.is_dir():
    TEXTS = [file.read_text(encoding="utf-8") for file in sorted(SEEDS.glob("*.txt"))]

    @pytest.mark.parametrize(("number", "day", "expected"), EXPECTED)
    def test_seed_names_what_a_person_would_tag(number, day, expected):
        found = {tag.id: tag.type for tag in judge("", "", TEXTS[number], day).entities}
        assert expected.items() <= found.items()

    @pytest.mark.parametrize(("number", "day", "expected"), EXPECTED)
    def test_seed_names_nobody_who_is_not_spoken_of(number, day, expected):
        tags = judge("", "", TEXTS[number], day).entities
        assert not {tag.name for tag in tags} & set(NOT_THERE[number])
        persons = {tag.id for tag in tags if tag.type == "person"}
        assert persons == {name for name, kind in expected.items() if kind == "person"}
