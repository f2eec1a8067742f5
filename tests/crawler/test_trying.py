import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.documents import Page
from crawler.errors import ExtractionError
from crawler.sources import Extract
from crawler.trying import agreement, find_selectors, hits, read_samples

PAGES = Path(__file__).parent / "pages"
REAL = Path(__file__).parents[2].parent / "shared" / "real" / "html"
REAL_ARTICLES = sorted(REAL.glob("*_article*.html.gz"))
LAYOUTS = sorted(Path(__file__).parents[1].glob("golden/pages/*.html"))
NOW = datetime(2025, 12, 1, tzinfo=UTC)
TITLES = ("Quầy số đầu tiên mở ở phường ven sông", "Bến tàu đêm có vé điện tử từ tháng tới")
WORDS = (
    ("người dân", "tự nộp", "hồ sơ", "tại quầy", "với sự", "giúp đỡ", "của tổ", "công nghệ"),
    ("hành khách", "mua vé", "trên máy", "ở bến", "rồi lên", "tàu đêm", "qua sông", "thật nhanh"),
)


def body(words, paragraphs=6):
    turns = (" ".join(words[n:] + words[:n]) for n in range(paragraphs))
    return "".join(f"<p>{turn.capitalize()} {n}.</p>" for n, turn in enumerate(turns))


def article(
    number, *, extra="", lead="Lead của bài kể điều chính trong một câu đủ dài để nhận ra."
):
    """A page of a layout that no family has."""
    return f"""<!doctype html><html lang="vi"><head><title>{TITLES[number]}</title>
    <meta name="description" content="{lead}{number}">
    <meta property="article:published_time" content="2025-11-28T09:0{number}:00+07:00"></head><body>
    <div class="khung"><h1 class="ten-bai">{TITLES[number]}</h1>
    <span class="ngay-dang">28/11/2025 09:0{number}</span><div class="tom-tat">{lead}{number}</div>
    <div id="ruot-bai">{body(WORDS[number])}</div><p class="tac-gia">Nguyễn Thị Sông</p>{extra}
    </div></body></html>"""


def pages(*htmls):
    return [
        Page(f"https://baomau.example/bai-post{n}.html", html.encode(), NOW, "text/html")
        for n, html in enumerate(htmls)
    ]


def found(*htmls):
    return find_selectors(read_samples(pages(*htmls)))


def test_names_of_an_unknown_layout_are_found_by_trying():
    assert found(article(0), article(1)) == {
        "title": "h1.ten-bai",
        "lead": "div.tom-tat",
        "body": "div#ruot-bai",
        "author": "p.tac-gia",
        "date": "span.ngay-dang",
    }


@pytest.mark.parametrize(
    ("name", "selectors"),
    [
        ("epi", {"title": "h1.article__title", "body": "[itemprop~=articleBody]"}),
        ("vccorp", {"title": "h1.detail-title", "body": ".afcbc-body"}),
        ("wordpress", {"body": ".td-post-content"}),
    ],
)
def test_layout_of_a_family_is_recognised(name, selectors):
    told = found((PAGES / f"{name}.html").read_text("utf-8"))
    assert {field: told.get(field) for field in selectors} == selectors


def test_name_that_only_one_page_has_is_none():
    other = article(1).replace("tom-tat", "mo-dau").replace('id="ruot-bai"', 'id="than-bai"')
    told = found(article(0), other)
    assert "lead" not in told
    assert told["body"] == "div.khung"


def test_title_that_is_not_the_articles_own_is_refused():
    said = [f'<meta property="og:title" content="{title}"><h1' for title in TITLES]
    headed = [
        article(n).replace("<h1", said[n]).replace('ten-bai">', 'ten-bai">Mới: ') for n in (0, 1)
    ]
    assert "title" not in found(*headed)


def test_date_of_another_day_is_refused():
    wrong = [article(n).replace("28/11/2025", "01/01/2020") for n in (0, 1)]
    assert "date" not in found(*wrong)


def test_pages_without_an_article_are_no_samples():
    assert read_samples(pages("<p>Trang đang bảo trì.</p>", "", article(0)))[0].document.title
    assert len(read_samples(pages("<p>Trang đang bảo trì.</p>", "", article(0)))) == 1


def test_page_that_would_take_too_long_is_no_sample():
    assert read_samples(pages(article(0, extra="<p>x</p>" * 300_000))) == []


@pytest.mark.parametrize("path", REAL_ARTICLES, ids=lambda path: path.name)
def test_title_and_body_of_a_real_page_are_found(path):
    told = found(gzip.decompress(path.read_bytes()).decode())
    assert {"title", "body"} <= set(told)


def tells_by_captions(path):
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))["expected"]
    return expected["text"] == expected.get("captions")


@pytest.mark.parametrize(
    "path", [each for each in LAYOUTS if not tells_by_captions(each)], ids=lambda path: path.stem
)
def test_title_and_body_of_each_layout_in_the_catalogue_are_found(path):
    assert {"title", "body"} <= set(found(path.read_text("utf-8")))


def test_without_samples_there_is_nothing_to_find():
    assert find_selectors([]) == {}


def test_page_of_very_many_names_is_tried_within_bounds():
    many = "".join(
        f'<div class="noi-dung-{n} content{chr(97 + n % 26) * (n // 26)}">x</div>'
        for n in range(1_500)
    )
    told = found(article(0, extra=many))
    assert told["body"] == "div#ruot-bai"


def test_hits_tell_of_each_selector_whether_it_gives_something():
    rules = Extract(title="h1.ten-bai", body="div#ruot-bai", author=".khong-co", date="time")
    assert hits(pages(article(0))[0], rules) == {
        "title": True,
        "body": True,
        "author": False,
        "date": False,
    }


def test_body_selector_that_finds_only_links_does_not_hit():
    html = f"<div class='x'>{'<p><a href=/a>Một liên kết nữa của trang</a></p>' * 20}</div>"
    assert hits(pages(html)[0], Extract(body=".x")) == {"body": False}


def test_hits_of_what_is_no_page_are_an_error():
    with pytest.raises(ExtractionError):
        hits(pages("")[0], Extract(title="h1"))


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("a b c d", "A B, c d!", 1.0), ("a b c d", "x y z", 0.0), ("", "", 0.0), ("a b", "a b", 0.0)],
)
def test_agreement_is_of_runs_of_three_words(one, other, share):
    assert agreement(one, other) == share
