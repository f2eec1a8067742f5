from datetime import UTC, datetime, timedelta

import pytest

from analysis.copies import Piece, compare, compare_pieces
from analysis.fingerprints import Fingerprint, fingerprint
from tests.analysis.articles import BODY, OTHER_BODY


def known(start, end, content_hash="a"):
    return Fingerprint(content_hash, tuple(range(start, end)), end - start + 3)


@pytest.mark.parametrize(
    ("new", "old", "is_seed", "verdict"),
    [
        pytest.param((0, 100), (0, 100), False, "copy", id="all shared"),
        pytest.param((0, 100), (20, 120), False, "copy", id="four fifths"),
        pytest.param((0, 100), (21, 121), False, "related", id="just less than four fifths"),
        pytest.param((0, 100), (50, 150), False, "related", id="half"),
        pytest.param((0, 100), (51, 151), False, "different", id="less than half"),
        pytest.param((0, 200), (0, 100), False, "version", id="grown by as much again"),
        pytest.param((0, 160), (0, 100), False, "copy", id="grown by little"),
        pytest.param((0, 100), (0, 200), False, "copy", id="part of a longer text"),
        pytest.param((0, 200), (0, 100), True, "copy", id="a seed inside more text"),
        pytest.param((0, 100), (45, 145), True, "copy", id="a seed reworded"),
        pytest.param((0, 100), (51, 151), True, "different", id="less than half of a seed"),
        pytest.param((0, 59), (0, 59), False, "different", id="too short to tell"),
        pytest.param((0, 62), (23, 85), True, "different", id="too few shared"),
    ],
)
def test_verdict_follows_shared_and_own_parts(new, old, is_seed, verdict):
    assert compare(known(*new), known(*old, "b"), known_is_seed=is_seed).verdict == verdict


def test_equal_hash_is_a_copy_however_short():
    brief = fingerprint("Giá vàng giảm")
    assert compare(brief, brief).verdict == "copy"


def test_empty_bodies_are_no_copies_of_each_other():
    assert compare(fingerprint(""), fingerprint("")).verdict == "different"


def test_figures_say_how_much_is_shared_and_own():
    found = compare(known(0, 100), known(40, 140, "b"))
    assert (found.similarity, found.shared, round(found.own_share, 2)) == (0.6, 60, 0.4)


def test_copy_with_caption_and_byline_is_found():
    copy = BODY.replace("\n\n", "\n\nQuang cảnh hội nghị. Ảnh: MINH AN\n\n", 1) + "\n\nLê An"
    assert compare(fingerprint(copy), fingerprint(BODY)).verdict == "copy"


def test_other_article_is_different():
    assert compare(fingerprint(OTHER_BODY), fingerprint(BODY)).verdict == "different"


BRIEF = "Mời quý vị xem video trên trang của chúng tôi."


def piece(text, title="Bản tin trưa về giao thông", hours=0):
    moment = datetime(2025, 11, 28, tzinfo=UTC) + timedelta(hours=hours)
    return Piece(fingerprint(text), title, text, moment)


@pytest.mark.parametrize(
    ("new", "known", "verdict"),
    [
        pytest.param(piece(BRIEF, hours=5), piece(BRIEF), "copy", id="one day, one headline"),
        pytest.param(piece("", hours=5), piece(""), "copy", id="no text at all"),
        pytest.param(piece(BRIEF, hours=30), piece(BRIEF), "different", id="the day after"),
        pytest.param(piece(BRIEF, "Tin khác về thể thao"), piece(BRIEF), "different", id="title"),
        pytest.param(piece("", "Ảnh đẹp"), piece("", "Ảnh đẹp"), "different", id="a column's name"),
        pytest.param(
            piece("Một bản tin ngắn hoàn toàn khác về mưa."), piece(BRIEF), "different", id="words"
        ),
        pytest.param(piece(OTHER_BODY), piece(BODY), "different", id="long texts"),
    ],
)  # fmt: skip
def test_short_texts_are_copies_by_headline_and_day(new, known, verdict):
    assert compare_pieces(new, known).verdict == verdict


def test_next_issue_of_a_form_is_related():
    one = f"{BODY}\n\nMã đề 101."
    other = f"{BODY}\n\nMã đề 102."
    found = compare_pieces(piece(one, "Đáp án mã đề 101"), piece(other, "Đáp án mã đề 102"))
    assert (found.verdict, found.reason) == ("related", "issue")
