"""Texts made to keep a reader busy for minutes: each is read like any other, and at once."""

from datetime import UTC, datetime

import pytest

from analysis.changes import Wording, change
from analysis.furniture import without_furniture
from analysis.issues import figures
from analysis.judge import judge
from analysis.trimming import trim

WEEKDAYS = "thứ atatat " * 13 + "!"
SYLLABLES = ("An", "Bo", "Cam", "Du", "Em", "Gia", "Ha", "Khoa", "Lam", "Mai")
# 10,000 persons with surname, middle and given name, and as many by the last two of these.
PERSONS = ", ".join(
    name
    for a in SYLLABLES
    for b in SYLLABLES
    for c in SYLLABLES
    for d in SYLLABLES[:4]
    for name in (f"Nguyễn {a}{b.lower()} {c}{d.lower()}", f"Trần {a}{b.lower()}{c.lower()}")
)
OFFICES = "Chủ tịch UBND TP.HCM nói gì, Nguyễn Văn An ghi. " * 2_000
DOCUMENTS = ", ".join(f"nghị quyết {n}/2025/NQ-CP, nghị quyết {n}" for n in range(4_500))


def test_word_without_end_holds_no_number():
    assert figures("Kho dữ liệu", "a" * 300_000).every == frozenset()


def test_weekdays_that_are_none_stay():
    text = "\n".join([WEEKDAYS] * 1_000)
    assert without_furniture(text) == text.strip()


def test_headings_without_a_list_cut_nothing():
    text = "tags\nchủ đề\n" * 10_000 + "a " * 60_000
    assert trim(text).count("chủ đề") == 10_000


@pytest.mark.parametrize(
    "text", [PERSONS, DOCUMENTS, OFFICES], ids=["persons", "documents", "offices"]
)
def test_list_of_names_is_judged(text):
    said = judge("TP.HCM mở kho dữ liệu", "", text, datetime(2026, 3, 2, tzinfo=UTC))
    assert said.entities


def test_change_of_a_hostile_text_is_told():
    old = Wording("Kho dữ liệu", "", f"{WEEKDAYS}\n" * 500 + "a" * 100_000)
    assert change(old, Wording("Kho dữ liệu", "", f"{old.text} 12")).reasons == ("figures",)
