"""Font encodings are recognised and read; whatever is none stays untouched."""

import unicodedata

import pytest

from crawler.legacy import is_syllable, without_font_encoding
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED

PLAIN = (
    "Thành phố Hồ Chí Minh đẩy mạnh chuyển đổi số, phát triển đô thị thông minh và kinh tế số. "
    "Người dân nộp hồ sơ trước bốn giờ chiều ở mỗi phường."
)
TCVN3 = (
    "Thµnh phè Hå ChÝ Minh ®Èy m¹nh chuyÓn ®æi sè, ph¸t triÓn ®« thÞ th«ng minh vµ kinh tÕ sè. "
    "Ng\xad\xeci d©n nép hå s¬ tr\xadíc bèn giê chiÒu ë mçi ph\xadêng."
).replace("\xec", "ê")
VNI = (
    "Thaønh phoá Hoà Chí Minh ñaåy maïnh chuyeån ñoåi soá, phaùt trieån ñoâ thò thoâng minh vaø "
    "kinh teá soá. Ngöôøi daân noäp hoà sô tröôùc boán giôø chieàu ôû moãi phöôøng."
)
FRENCH = (
    "À l’été, les élèves où naît l’idée préférée : dès août, la fenêtre du café s’ouvre près du "
    "musée. Ça gêne le maître, même très âgé, qui là-bas a tôt fait de brûler la pâte à crêpes."
)
GERMAN = (
    "Für die Bürger öffnet das Büro später: schöne Grüße aus Köln, Düsseldorf, München, Würzburg "
    "und Göttingen, wo Ämter größere Räume über Straßen hinweg fänden, natürlich müßig."
)
SPANISH = "El niño añadió también más café; mañana habrá reunión, según dijo él, aquí, allá y así."
SIGNS = "© 2026 Bao Mau ® « A » · 5 °C ± 2 µm § 7 ¶ x² ÷ ½ " * 20
SOFT = "In\xadfor\xadma\xadtion tech\xadnol\xadogy for the ci\xadty's of\xadfi\xadces " * 20

ARTICLES = [
    f"{article.wording.title}\n{article.wording.lead}\n" + "\n".join(article.wording.paragraphs)
    for article in load_articles(SHIPPED).values()
]


# As TCVN 5712:1993 has them; most capitals were another font.
TCVN_5712 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip


def in_tcvn3(text: str) -> str:
    codes = {
        letter: chr(first + place)
        for first, letters in TCVN_5712.items()
        for place, letter in enumerate(letters)
    }
    return "".join(codes.get(sign, codes.get(sign.lower(), sign)) for sign in text)


@pytest.mark.parametrize("written", [TCVN3, VNI], ids=["tcvn3", "vni"])
def test_text_for_an_old_font_is_read_as_what_the_font_shows(written):
    assert without_font_encoding(written) == PLAIN


@pytest.mark.parametrize("written", [TCVN3, VNI], ids=["tcvn3", "vni"])
def test_what_is_read_is_composed(written):
    found = without_font_encoding(written)
    assert found == unicodedata.normalize("NFC", found)


def test_marks_of_a_page_stay_beside_the_letters():
    page = f'<html><title>{TCVN3}</title><body class="x">{TCVN3} © 2003</body></html>'
    found = without_font_encoding(page)
    assert found == f'<html><title>{PLAIN}</title><body class="x">{PLAIN} © 2003</body></html>'


def test_headlines_in_the_font_of_capitals_become_capitals():
    assert without_font_encoding(f"HéI NGHÞ TØNH {TCVN3} Mü") == f"HỘI NGHỊ TỈNH {PLAIN} Mỹ"


def test_capitals_of_vni_have_their_own_codes():
    assert without_font_encoding(f"ÑAÏI HOÏC QUOÁC GIA {VNI}") == f"ĐẠI HỌC QUỐC GIA {PLAIN}"


def test_every_article_of_the_newsroom_can_be_read_back():
    for text in ARTICLES:
        assert without_font_encoding(in_tcvn3(text)).lower() == text.lower()


def test_no_article_of_the_newsroom_is_touched():
    assert len(ARTICLES) > 30
    assert [text for text in ARTICLES if without_font_encoding(text) is not text] == []


def test_no_single_line_of_the_newsroom_is_touched():
    lines = [line for text in ARTICLES for line in text.splitlines()]
    assert [line for line in lines if without_font_encoding(line) is not line] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(FRENCH * 3, id="french"),
        pytest.param(GERMAN * 3, id="german"),
        pytest.param(SPANISH * 3, id="spanish"),
        pytest.param(SIGNS, id="signs"),
        pytest.param(SOFT, id="soft-hyphens"),
        pytest.param("công an báo cáo bà con " * 40, id="vietnamese-in-western-letters"),
        pytest.param("été où né thé " * 100, id="few-words-many-times"),
        pytest.param("x = {'a': [1, 2]}  # naïve façade\n" * 50, id="code"),
        pytest.param("chuyen doi so o thanh pho", id="no-accents"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_text_is_untouched(text):
    assert without_font_encoding(text) is text


def test_a_few_words_prove_nothing():
    assert without_font_encoding("Thµnh phè Hå ChÝ Minh") == "Thµnh phè Hå ChÝ Minh"


CHROME = f"<nav><a>Công an</a> <a>Tin báo chí</a> <a>Thể thao</a></nav><p>{PLAIN}</p>"


@pytest.mark.parametrize(
    ("written", "title"),
    [(TCVN3, "Héi nghÞ chuyÓn ®æi sè"), (VNI, "Hoäi nghò chuyeån ñoåi soá")],
    ids=["tcvn3", "vni"],
)
def test_a_text_pasted_into_a_page_in_unicode_is_read(written, title):
    page = CHROME + f"<h1>{title}</h1><p>{written}</p><p>{written}</p>" + CHROME
    found = without_font_encoding(page)
    article = f"<h1>Hội nghị chuyển đổi số</h1><p>{PLAIN}</p><p>{PLAIN}</p>"
    assert found == CHROME + article + CHROME


@pytest.mark.parametrize(
    "signs",
    ["Báo® và Đài¸ " * 40, "Peña, Nuñez, Möller, Köln " * 40, "®®®®®¸¸¸¸¸ ñññññööööö "],
    ids=["signs", "names", "runs"],
)
def test_signs_and_foreign_names_in_a_page_in_unicode_stay(signs):
    page = CHROME + signs + CHROME
    assert without_font_encoding(page) == page


def test_a_word_of_a_million_letters_takes_no_longer_than_a_million_words():
    text = "t" * 1_000_000 + "é"
    assert without_font_encoding(text) is text


@pytest.mark.parametrize(
    "word", ["nghiêng", "Đuổi", "khuỷu", "oái", "giặt", "quốc", "ở", "Ý", "người"]
)
def test_syllables_are_known_by_their_shape(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["ộtộ", "strội", "bẩc", "mạh", "aá", "wối", "zạ", "été"])
def test_what_nobody_can_say_is_no_syllable(word):
    assert not is_syllable(word)
