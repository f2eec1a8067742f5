import unicodedata

import pytest

from analysis.changes import Wording, change
from analysis.worddiff import applied
from tests.storage.sample import DATA_LAKE, TWIN_CITY

TITLE = "TP.HCM chi 100 tỉ đồng cho kho dữ liệu dùng chung"
LEAD = "Kho dữ liệu sẽ mở cho 168 phường, xã trong quý sau."
PARAGRAPHS = DATA_LAKE.split("\n\n")


def wording(title=TITLE, lead=LEAD, text=DATA_LAKE):
    return Wording(title, lead, text)


def after(text=DATA_LAKE, **other):
    return change(wording(), wording(text=text, **other))


def with_line(line, place=-1):
    lines = [*PARAGRAPHS]
    lines.insert(place, line)
    return "\n\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DATA_LAKE, id="nothing"),
        pytest.param(DATA_LAKE.replace("\n\n", "\n\n\n ").replace(" ", "  "), id="blanks"),
        pytest.param(unicodedata.normalize("NFD", DATA_LAKE), id="decomposed"),
        pytest.param(DATA_LAKE.replace("óa", "oá").replace("ủy", "uỷ"), id="tone-marks"),
        pytest.param(DATA_LAKE.replace('"', "”").replace("-", "–"), id="quotes-and-dashes"),
        pytest.param(DATA_LAKE.upper(), id="capitals"),
        pytest.param(with_line("1.234 lượt xem"), id="views"),
        pytest.param(with_line("Bình luận (12)"), id="comments"),
        pytest.param(with_line("Cập nhật 5 phút trước", 0), id="minutes-ago"),
        pytest.param(with_line("Cập nhật lúc 10:05, 28/11/2025", 0), id="time-of-update"),
        pytest.param(with_line("Chia sẻ | Lưu bài viết | In bài"), id="buttons"),
        pytest.param(
            with_line("Mời bạn đọc theo dõi báo trên Google News để nhận tin"), id="invitation"
        ),
        pytest.param(with_line(">> Phường nào mở kho dữ liệu đầu tiên?"), id="link-to-another"),
        pytest.param(
            f"{DATA_LAKE}\n\nTin liên quan\n\nMột bài khác hẳn về 12 trạm y tế", id="reading-list"
        ),
        pytest.param(with_line("Cán bộ phường dùng thử kho. Ảnh: Lê Nam"), id="caption"),
    ],
)
def test_what_is_no_change_is_none(text):
    assert after(text) is None


def test_lead_that_becomes_the_first_paragraph_is_no_change():
    assert after(f"{LEAD}\n\n{DATA_LAKE}", lead="") is None


@pytest.mark.parametrize(
    ("title", "reasons"),
    [
        pytest.param(TITLE.replace("chi 100", "chi hơn 100"), ("title",), id="word"),
        pytest.param(TITLE.replace("100", "150"), ("title",), id="figure"),
        pytest.param(TITLE.replace("kho", "khó"), (), id="accent"),
        pytest.param(TITLE.replace("kho dữ liệu", "'kho dữ liệu'"), (), id="quotes-set"),
        pytest.param(TITLE.replace("kho", "Kho"), (), id="capital"),
        pytest.param(f"{TITLE}?", (), id="question-mark"),
    ],
)
def test_title_counts_by_its_words(title, reasons):
    found = after(title=title)
    assert found.reasons == reasons
    assert applied(TITLE, found.operations["title"]) == title
    assert set(found.operations) == {"title"}


@pytest.mark.parametrize(
    "title", [TITLE.replace(" ", "  "), TITLE.replace("TP.HCM chi", "TP.HCM chi")]
)
def test_title_with_other_blanks_is_the_same(title):
    assert after(title=title) is None


@pytest.mark.parametrize(
    ("was", "now", "reasons"),
    [
        pytest.param("có 12 phường", "có 13 phường", ("figures",), id="figure"),
        pytest.param("ngày 20/11 tới", "ngày 21/11 tới", ("figures",), id="date"),
        pytest.param("hai phường", "ba phường", ("figures",), id="figure-in-words"),
        pytest.param("1.600 hồ sơ", "1,600 hồ sơ", None, id="same-figure-written-otherwise"),
        pytest.param("ông Trần Văn Bình nói", "ông Trần Văn Bính nói", ("names",), id="name"),
        pytest.param("Lê Nam cho biết", "Lê Nam Anh cho biết", ("names",), id="longer-name"),
        pytest.param("các phường đã sẵn sàng", "các phường đều sẵn sàng", (), id="one-word"),
        pytest.param("chạy thử kho", "chạy thửu kho", (), id="slip-of-the-pen"),
        pytest.param("đã mở kho.", "đã mở kho!", None, id="sign"),
    ],
)
def test_text_counts_by_figures_names_and_words(was, now, reasons):
    found = change(
        wording(text=with_line(f"Hôm nay {was}.")), wording(text=with_line(f"Hôm nay {now}."))
    )
    assert (found.reasons if found else None) == reasons


def test_word_that_begins_a_sentence_is_no_name():
    old, new = (with_line(f"{word} phường đã sẵn sàng.") for word in ("Nhiều", "Các"))
    assert change(wording(text=old), wording(text=new)).reasons == ()


def test_more_than_a_few_words_are_one_in_substance():
    found = after(with_line("Nhiều phường đã chạy thử kho này và thấy hồ sơ đi nhanh hơn trước."))
    assert found.reasons == ("words",)


def test_few_words_in_a_short_text_are_many():
    assert change(
        Wording("a", "", "kho đã mở hôm nay"), Wording("a", "", "kho sẽ chưa hề mở")
    ).substantial


def test_another_text_is_one_in_substance_and_told_word_by_word():
    found = after(TWIN_CITY)
    assert {"figures", "names", "words"} <= set(found.reasons)
    assert applied(DATA_LAKE, found.operations["text"]) == TWIN_CITY
    assert found.as_json()["reasons"] == list(found.reasons)
