import pytest

from analysis.changes import Wording
from analysis.edits import MOST_FIGURES, MOST_NAMES, Edit, edit

TEXT = (
    "Đến nay 38 phường đã nối xong, kinh phí 120 tỷ đồng. Ông Nguyễn Văn Mẫu nói phần còn lại"
    " xong trong quý I/2026.\n\nNgười dân chưa phải làm gì thêm."
)


def wording(text=TEXT, title="Kho dữ liệu đất đai"):
    return Wording(title, "", text)


def after(*swaps, title="Kho dữ liệu đất đai"):
    text = TEXT
    for old, new in swaps:
        text = text.replace(old, new)
    return edit(wording(), wording(text, title))


def test_equal_texts_have_nothing_to_tell():
    assert edit(wording(), wording()) == Edit()


def test_title_before_is_told_where_its_words_changed():
    assert after(title="Kho dữ liệu nhà đất").title == "Kho dữ liệu đất đai"
    assert after(title="Kho dữ liệu đất đai!").title == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("38", "41", ("38 phường", "41 phường"), id="with-what-it-counts"),
        pytest.param("120", "135", ("120 tỷ đồng", "135 tỷ đồng"), id="with-its-unit"),
        pytest.param("I/2026", "II/2026", ("quý I/2026", "quý II/2026"), id="word-before-the-end"),
        pytest.param("38", "bốn mươi", ("38 phường", "bốn mươi phường"), id="in-words"),
    ],
)
def test_figure_is_told_with_the_words_around_it(old, new, told):
    assert after((old, new)).figures == (told,)


def test_another_passage_is_no_figure():
    changed = after(("Người dân chưa phải làm gì thêm", "Sở chi 5 triệu cho 3 việc, rồi thôi"))
    assert changed.figures == ()
    assert (changed.added, changed.removed) == (9, 7)


def test_names_are_told_whole_and_only_where_one_text_lacks_them():
    changed = after(("Ông Nguyễn Văn Mẫu", "Bà Trần Thị Thử"))
    assert (changed.named, changed.unnamed) == (("Bà Trần Thị Thử",), ("Ông Nguyễn Văn Mẫu",))


def test_name_that_only_moved_is_not_told():
    moved = after(("Ông Nguyễn Văn Mẫu nói", "Sở nói"), ("thêm.", "thêm, ông Nguyễn Văn Mẫu nói."))
    assert "Nguyễn Văn Mẫu" not in moved.named


def test_names_in_a_list_are_told_one_by_one():
    changed = after(("thêm.", "thêm, theo Lan Mẫu, Mai Thử và Cúc."))
    assert changed.named == ("Lan Mẫu", "Mai Thử", "Cúc")


def test_much_is_told_in_few_words():
    before = " ".join(f"Ở bến{n} có {n} xe, mục{n} do bà Lan{n} Mẫu ghi." for n in range(50))
    now = " ".join(f"Ở bến{n} có {n + 100} xe, mục{n} do bà Mai{n} Thử ghi." for n in range(50))
    told = edit(wording(before), wording(now))
    assert len(told.figures) == MOST_FIGURES
    assert len(told.named) <= MOST_NAMES
    assert max(len(each) for pair in told.figures for each in pair) <= 60


@pytest.mark.parametrize("text", ["", "x" * 50_000, "A" * 50_000, "9" * 50_000, "\n" * 9, "1 " * 9])
def test_odd_texts_are_no_trouble(text):
    told = edit(wording(), wording(text))
    assert (
        max(map(len, (*told.named, *(each for pair in told.figures for each in pair))), default=0)
        <= 60
    )
    assert edit(wording(text), wording()).title == ""
