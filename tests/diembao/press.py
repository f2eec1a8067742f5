"""A newsroom of a test's own making: the sample newsroom's outlets with other articles."""

import json
import shutil

from diembao.demo.newsroom.site import SHIPPED

SECTIONS = {
    "bennghemoi": "thoi-su",
    "dothisophuongnam": "tin-hoat-dong",
    "nhipphosong": "thoi-su",
    "thuongcangmoi": "kinh-te-so",
    "vamsong": "tin-moi",
}


def new_press(folder, outlets=tuple(SECTIONS)):
    """Lay out a newsroom's folder without articles."""
    (folder / "outlets").mkdir(parents=True)
    for outlet in outlets:
        shutil.copy(SHIPPED / "outlets" / f"{outlet}.toml", folder / "outlets")
    shutil.copy(SHIPPED / "seed.txt", folder)
    return folder


def write_article(folder, name, *, title, lead, body, **more):
    """Write an article file; ``name`` is ``outlet/slug-number``."""
    fields = {
        "title": title,
        "lead": lead,
        "authors": ["Người Biên Tập"],
        "hours_before": 1.5,
        "section": SECTIONS[name.partition("/")[0]],
        "body": body,
        **more,
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    path = folder / "articles" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, "[expect]", 'status = "new"', ""]), "utf-8")


def filler(number):
    """A body on the city's digital transformation that shares no sentence with another number's."""
    names = "an bình châu dương giang hà khánh lâm minh nam oanh phong quân sơn thảo uyên vinh xuân"
    words = [f"{name} {number}{count}" for count, name in enumerate(names.split())]
    sentences = [
        f"Ngày {number} tháng này, TP.HCM nói về chuyển đổi số ở tổ {word}, phường {word} "
        f"với dữ liệu {word} và cổng dịch vụ công trực tuyến của nhóm {word}."
        for word in words
    ]
    return "\n\n".join(" ".join(sentences[start : start + 3]) for start in range(0, 18, 3))
