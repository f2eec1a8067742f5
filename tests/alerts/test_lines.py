import tracemalloc
import unicodedata

import pytest

from alerts.lines import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("Chuyển đổi số", "Chuyển đổi số", id="plain"),
        pytest.param("  hai\r\n dòng\t ", "hai dòng", id="line-breaks"),
        pytest.param("a\u2028b\u2029c\x85d", "a b c d", id="unicode-line-breaks"),
        pytest.param("a\x00b\x1bc\x7f", "abc", id="controls"),
        pytest.param("moc.\u202egnp\u202c", "moc.gnp", id="right-to-left-override"),
        pytest.param("a\u200b\u2066b\ufeff", "ab", id="invisible"),
        pytest.param("a\ud800b", "ab", id="lone-surrogate"),
        pytest.param("Chuye\u0302\u0309n", "Chuyển", id="decomposed"),
        pytest.param("👩\u200d💻", "👩\u200d💻", id="joined-emoji"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text_becomes_one_visible_line(text, line):
    assert one_line(text, 80) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("một hai ba bốn", "một hai…", id="at-a-word"),
        pytest.param("một hai, ba bốn", "một hai…", id="without-its-comma"),
        pytest.param("x" * 30, "x" * 9 + "…", id="one-long-word"),
    ],
)
def test_long_text_is_cut(text, line):
    assert one_line(text, 10) == line


def test_huge_text_is_not_read_whole():
    huge = "ữ" * 10_000_000
    tracemalloc.start()
    assert one_line(huge, 80) == "ữ" * 79 + "…"
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100_000


def test_marks_are_not_heaped_on_a_letter():
    heap = "".join(chr(mark) for mark in range(0x0316, 0x0330))
    assert len(one_line(f"Kho{heap} dữ liệu{heap}", 200)) == len("Kho dữ liệu") + 4
    assert one_line("ẹ\u0323\u0302", 9) == unicodedata.normalize("NFC", "ẹ\u0323\u0302")
