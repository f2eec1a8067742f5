import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.fingerprints import Fingerprint, containment, fingerprint, sample, shared
from tests.analysis.articles import BODY, OTHER_BODY
from tests.analysis.writing import TONES, texts, with_tone, written_otherwise


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(unicodedata.normalize("NFD", BODY), id="decomposed"),
        pytest.param(BODY.upper(), id="capitals"),
        pytest.param(BODY.replace(" ", "  ").replace("\n\n", "\n"), id="spacing"),
        pytest.param(BODY.replace("-", "–").replace(",", " ,"), id="signs"),
        pytest.param(BODY.replace("hóa", "hoá").replace("tỏa", "toả"), id="tone placement"),
        pytest.param(BODY.replace(" ", "\u00a0"), id="no-break spaces"),
    ],
)
def test_fingerprint_ignores_how_the_text_is_written(variant):
    assert fingerprint(variant) == fingerprint(BODY)


def test_one_changed_word_changes_the_content_hash():
    changed = fingerprint(BODY.replace("phường", "xã", 1))
    assert changed.content_hash != fingerprint(BODY).content_hash


def test_hashes_are_the_same_on_every_machine():
    known = fingerprint("một hai ba bốn năm")
    assert known.content_hash[:16] == "bbb01ac2e90c6b9b"
    assert known.shingles == (89495523240815, 269264029590854)


def test_hashes_fit_a_signed_database_integer():
    assert all(0 <= h < 2**48 for h in fingerprint(BODY).shingles)


def test_hashes_are_sorted_and_distinct():
    shingles = fingerprint(BODY + "\n" + BODY).shingles
    assert list(shingles) == sorted(set(shingles))


def test_sample_is_about_one_in_sixteen():
    text = " ".join(f"chữ{n}" for n in range(8_000))
    assert 400 < len(sample(fingerprint(text))) < 600


def test_samples_of_copies_meet_whichever_is_sampled_more_densely():
    known, longer = fingerprint(BODY), fingerprint(BODY + "\n\n" + OTHER_BODY)
    kept = set(sample(longer)) & set(known.shingles)
    assert kept
    assert kept <= set(sample(known))


def test_part_of_a_text_is_wholly_contained():
    known, longer = fingerprint(BODY), fingerprint(BODY + "\n\n" + OTHER_BODY)
    assert containment(known, longer) == containment(longer, known) == 1.0


def test_unrelated_texts_share_next_to_nothing():
    assert shared(fingerprint(BODY), fingerprint(OTHER_BODY)) < 3


@pytest.mark.parametrize("text", ["", "một hai ba", " \n "], ids=["empty", "short", "blank"])
def test_text_below_one_shingle_has_none(text):
    known = fingerprint(text)
    assert known.shingles == ()
    assert containment(known, fingerprint(BODY)) == 0.0


def test_tail_of_other_articles_is_not_in_the_shingles():
    with_tail = fingerprint(BODY + "\n\nĐọc thêm\n\n" + OTHER_BODY)
    assert with_tail.shingles == fingerprint(BODY).shingles
    assert with_tail.content_hash != fingerprint(BODY).content_hash


def test_fingerprints_are_plain_values():
    known = fingerprint("một hai ba bốn")
    assert known == Fingerprint(known.content_hash, known.shingles, 4)


@given(st.data())
def test_hashes_ignore_composition_tone_placement_case_and_spacing(data):
    text = data.draw(texts)
    assert fingerprint(data.draw(written_otherwise(text))) == fingerprint(text)


@given(texts, texts, st.integers(0), st.integers(0, 9))
def test_hash_changes_with_every_word(text, other, place, digit):
    words = text.split()
    place %= len(words)
    word = other.split()[0]
    assume(word.lower() != words[place].lower())
    changed = [*words[:place], word, *words[place + 1 :]]
    longer = [*words[:place], str(digit), *words[place:]]
    shorter = [*words[:place], *words[place + 1 :]]
    for variant in (changed, longer, shorter):
        hashed = fingerprint(" ".join(variant)).content_hash
        assert hashed != fingerprint(text).content_hash


@given(texts, st.integers(0), st.sampled_from(TONES))
def test_hash_changes_with_a_tone(text, place, tone):
    words = text.split()
    place %= len(words)
    other = with_tone(words[place], tone)
    assume(other != words[place])
    changed = " ".join([*words[:place], other, *words[place + 1 :]])
    assert fingerprint(changed).content_hash != fingerprint(text).content_hash


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_hash_changes_with_a_number(one, other):
    assume(one != other)
    hashes = {fingerprint(f"chi {n} tỉ đồng").content_hash for n in (one, other)}
    assert len(hashes) == 2
