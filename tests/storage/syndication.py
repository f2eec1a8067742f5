"""What becomes of an article on its way to another outlet: each function makes a copy of it."""

import re
import unicodedata

OTHER_TITLES = [
    "Chợ nổi bán trái cây qua mạng, khách đặt từ đêm hôm trước",
    "Hai mươi tuyến buýt đổi giờ chạy từ đầu tuần sau",
    "Lớp học vẽ miễn phí của cô giáo về hưu bên kênh",
    "Giá cà phê lập đỉnh mới, nông dân vẫn dè dặt",
    "Bệnh viện tuyến huyện mổ tim thành công cho cụ bà 84 tuổi",
]
_LATE = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "óe": "oé", "ỏe": "oẻ",
    "ọe": "oẹ", "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}  # fmt: skip
_DESK = [("cho biết", "thông tin"), ("TP.HCM", "TPHCM"), ("tỷ lệ", "tỉ lệ"), ("hiện nay", "hiện"),
         ("người dân", "bà con"), ("khoảng", "chừng"), ("bắt đầu", "khởi sự")]  # fmt: skip
# Neutral syllables that an editor's hand might put anywhere.
_HAND = ["cũng", "đang", "thêm", "nhiều", "việc", "vẫn", "đều", "nay"]


def sentences(paragraph):
    return re.split(r"(?<=[.!?…])\s+", paragraph)


def captions_and_byline(title, text, chance):
    first, *rest = text.split("\n\n")
    caption = f"{chance.choice(OTHER_TITLES)}. Ảnh: MINH AN"
    return title, "\n\n".join([first, caption, *rest, "Ảnh minh họa: Lê Hòa", "Hoàng Lê An"])


def agency_prefix(title, text, chance):
    return title, f"(TTXVN) - {text}"


def own_intro(title, text, chance):
    return (
        title,
        f"Tin từ {chance.choice(['miền Nam', 'thành phố'])} gửi về tòa soạn sáng nay.\n\n{text}",
    )


def related_links(title, text, chance):
    links = "\n".join(f">> {other}" for other in chance.sample(OTHER_TITLES, 3))
    first, *rest = text.split("\n\n")
    return title, "\n\n".join([first, links, *rest, "Tin liên quan", *OTHER_TITLES])


def reading_list(title, text, chance):
    entries = [
        f"{other}\n{other} là câu chuyện được kể trong số báo này." for other in OTHER_TITLES
    ]
    return title, "\n\n".join([text, "Đọc thêm", *entries])


def bare_titles(title, text, chance):
    return title, "\n\n".join([text, *chance.sample(OTHER_TITLES, 3)])


def cut_tail(title, text, chance):
    words = text.split(" ")
    return title, " ".join(words[: int(len(words) * chance.uniform(0.6, 0.7))]) + "…"


def edited(title, text, chance):
    """A fifth of the sentences dropped, and of the syllables 2 to 5 in a hundred replaced."""
    kept = [s for p in text.split("\n\n") for s in sentences(p) if chance.random() > 0.2]
    share = chance.uniform(0.02, 0.05)
    words = " ".join(kept or sentences(text)).split(" ")
    return title, " ".join(chance.choice(_HAND) if chance.random() < share else w for w in words)


def heavily_edited(title, text, chance):
    """One syllable in ten replaced: below what counts as a copy."""
    words = text.split(" ")
    return title, " ".join(chance.choice(_HAND) if chance.random() < 0.1 else w for w in words)


def decomposed(title, text, chance):
    return title, unicodedata.normalize("NFD", text)


def other_tone_marks(title, text, chance):
    early = re.compile("|".join(rf"(?<!q){pair}(?![^\W\d_])" for pair in _LATE))
    return title, early.sub(lambda found: _LATE[found[0]], text)


def capitals(title, text, chance):
    first, *rest = text.split("\n\n")
    return title.upper(), "\n\n".join([first.upper(), *rest])


def desk_edited(title, text, chance):
    for theirs, ours in _DESK:
        text = text.replace(theirs, ours)
    return f"{title}: góc nhìn từ cơ sở", text


def merged(title, text, chance):
    return title, re.sub(r"\s+", " ", text).replace("“", '"').replace("”", '"')


def split(title, text, chance):
    return title, "\n".join(s for p in text.split("\n\n") for s in sentences(p))


COPIES = (
    captions_and_byline,
    agency_prefix,
    own_intro,
    related_links,
    reading_list,
    bare_titles,
    cut_tail,
    edited,
    decomposed,
    other_tone_marks,
    capitals,
    desk_edited,
    merged,
    split,
)
