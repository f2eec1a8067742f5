import pytest

from analysis.legal import completed, documents
from tests.analysis.reading import field


def ids(text):
    return [found.id for found in documents(field(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("theo Nghị quyết 57-NQ/TW", "nghi-quyet-57-nq-tw", id="party resolution"),
        pytest.param("theo nghị quyết số 57-NQ/TW", "nghi-quyet-57-nq-tw", id="with số"),
        pytest.param("theo NQ 57-NQ/TW của", "nghi-quyet-57-nq-tw", id="abbreviated"),
        pytest.param("Nghị quyết 57–NQ/TW", "nghi-quyet-57-nq-tw", id="long dash"),
        pytest.param("Nghị quyết 57", "nghi-quyet-57", id="number alone"),
        pytest.param("Quyết định 2342/QĐ-UBND", "quyet-dinh-2342-qd-ubnd", id="decision"),
        pytest.param("Nghị định 13/2023/NĐ-CP", "nghi-dinh-13-2023-nd-cp", id="decree"),
        pytest.param("Nghị quyết 98/2023/QH15", "nghi-quyet-98-2023-qh15", id="national assembly"),
        pytest.param("Kế hoạch 02-KH/BCĐTW", "ke-hoach-02-kh-bcdtw", id="plan"),
        pytest.param("Thông tư 18/2024/TT-NHNN", "thong-tu-18-2024-tt-nhnn", id="circular"),
    ],
)
def test_document_is_known_by_type_and_number(text, expected):
    assert ids(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "tương đương 1/3 GDP cả nước",
        "ngày 6/9 vừa qua",
        "kế hoạch 2025 của thành phố",
        "quyết định 5 người được khen",
        "nghị quyết 5 năm qua",
        "Nghị quyết 2025 đã nêu",
        "đề nghị định 13 mức giá",
    ],
)
def test_plain_numbers_are_no_documents(text):
    assert ids(text) == []


def test_mention_covers_type_and_number():
    text = "Thực hiện Nghị quyết số 57-NQ/TW, thành phố"
    found = next(documents(field(text)))
    assert text[found.start : found.end] == "Nghị quyết số 57-NQ/TW"


def test_name_is_written_in_one_way():
    assert next(documents(field("nghị quyết số 57-nq/tw"))).name == "Nghị quyết 57-NQ/TW"


def test_bare_number_stands_for_the_articles_own_full_one():
    found = list(documents(field("Nghị quyết 98/2023/QH15 và sau đó nghị quyết 98")))
    assert completed(found, {}) == {"nghi-quyet-98": "nghi-quyet-98-2023-qh15"}


def test_bare_number_stands_for_the_only_known_one():
    found = list(documents(field("theo nghị quyết 57")))
    assert completed(found, {"nghi-quyet-57": ("nghi-quyet-57-nq-tw",)}) == {
        "nghi-quyet-57": "nghi-quyet-57-nq-tw"
    }


def test_bare_number_with_two_known_ones_stays():
    found = list(documents(field("theo nghị quyết 57")))
    assert completed(found, {"nghi-quyet-57": ("nghi-quyet-57-a", "nghi-quyet-57-b")}) == {}
