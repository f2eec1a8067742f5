"""Vietnamese words, and other ways to write the same ones."""

import unicodedata

from hypothesis import strategies as st

WORDS = (
    "hòa khỏe ủy thúy quý lòe tỏa chuyển đổi số dữ liệu Thành phố Hồ Chí Minh TP HCM UBND Đường"
    " nghị quyết 57 2025 1 600 tỉ 5G AI của và được mạng lưới người Việt Nam khuỷu quỳnh"
)
# Grave, acute, hook, tilde, dot below.
TONES = ("\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_LATE = {
    early + vowel: base + unicodedata.normalize("NFC", vowel + tone)
    for base, vowels in (("o", "ae"), ("u", "y"))
    for tone in TONES
    for vowel in vowels
    if (early := unicodedata.normalize("NFC", base + tone))
}
_SPACES = (" ", "  ", "\u00a0", "\t", " \u2009", "\u200b ")
_HIDDEN = ("", "", "", "\u200b", "\u00ad", "\ufeff", "\u2069")

texts = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=30).map(" ".join)


def with_tone(word: str, tone: str) -> str:
    """Give a syllable another tone; one without a tone stays as it is."""
    parts = unicodedata.normalize("NFD", word)
    changed = "".join(tone if part in TONES else part for part in parts)
    return unicodedata.normalize("NFC", changed)


def written_otherwise(text: str) -> st.SearchStrategy[str]:
    """Give strategies to write the same words: case, tone placement, spaces, composition."""
    return st.builds(
        _written,
        st.just(text),
        st.sampled_from((str, str.upper, str.lower, str.title, str.swapcase)),
        st.booleans(),
        st.sampled_from(_SPACES),
        st.sampled_from(_HIDDEN),
        st.sets(st.integers(0, 200)),
    )


def _written(text, case, late, space, hidden, decomposed):
    if late:
        for early, other in _LATE.items():
            text = " ".join(
                w.replace(early, other) if w.endswith(early) else w for w in text.split()
            )
    text = hidden.join(case(text)).replace(" ", space)
    return "".join(
        unicodedata.normalize("NFD", c) if place in decomposed else c
        for place, c in enumerate(text)
    )
