"""Captions, section, tags and picture: the outlet's own, by selectors, claims and layouts."""

import pytest

from crawler.sources import Extract, Source
from tests.crawler.sample import BODY, FIRST, article, jsonld, read


def source(**keys):
    return Source(
        id="baomau",
        name="Báo Mẫu",
        homepage="https://baomau.example/",
        article_pattern=r"-post\d+\.html$",
        hosts=("baomau.example",),
        extract=Extract(**keys),
    )


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param("<figure><img><figcaption>{}</figcaption></figure>", id="figure"),
        pytest.param(
            "<div class='VCSortableInPreviewMode' type='Photo'><img>"
            "<div class='PhotoCMS_Caption'><p>{}</p></div></div>", id="vccorp",
        ),
        pytest.param(
            "<table class='picture'><tr><td><img></td></tr><tr><td class='caption'>{}</td></tr>"
            "</table>", id="table",
        ),
        pytest.param("<p align='center'><img><br>{}</p>", id="centred"),
        pytest.param("<div><img><p><em>{}</em></p></div>", id="slanted"),
        pytest.param("<p>{}</p>", id="by-its-mark"),
    ],
)  # fmt: skip
def test_captions_stand_apart_from_the_text(picture):
    words = "Quầy số nhìn từ ngoài. Ảnh: QUANG HUY"
    document = read(article(body=BODY + picture.format(words)))
    assert document.captions == (words,)
    assert "QUANG HUY" not in document.text


def test_captions_keep_their_order_and_come_once():
    pictures = "".join(
        f"<figure><img><figcaption>Ảnh số {n}</figcaption></figure>" for n in (1, 2, 1)
    )
    assert read(article(body=pictures + BODY)).captions == ("Ảnh số 1", "Ảnh số 2")


def test_captions_of_related_articles_are_none():
    box = "<div class='box-related'><figure><figcaption>Bài khác</figcaption></figure></div>"
    assert read(article(body=BODY + box)).captions == ()


def test_a_source_may_say_where_captions_are():
    body = f"{BODY}<div class='chu-anh'>Quầy số</div><figure><figcaption>Logo</figcaption></figure>"
    document = read(article(body=body), source(caption=".chu-anh", drop=(".chu-anh",)))
    assert document.captions == ("Quầy số",)


CRUMBS = {
    "@type": "BreadcrumbList",
    "itemListElement": [
        {"position": 1, "item": {"name": "Trang chủ"}},
        {"position": 2, "item": {"name": "Thời sự"}},
        {"position": 3, "name": "Đô thị"},
        {"position": 4, "name": "Quầy số"},
    ],
}

STEP = {"@type": "BreadcrumbList", "itemListElement": [{"item": {"name": "Thời sự"}}]}
NESTED = {
    "@type": "BreadcrumbList",
    "itemListElement": [[{"name": "Trang chủ"}], [{"name": "Y tế"}]],
}
SEVERAL = "<meta property='article:section' content='{}'>"


@pytest.mark.parametrize(
    ("html", "section", "origin"),
    [
        pytest.param(article("<b class='muc'>Y tế</b>"), "Y tế", "selector", id="own"),
        pytest.param(article(head=jsonld(articleSection="Ở")), "Ở", "jsonld", id="jsonld"),
        pytest.param(
            article(head=jsonld(**{"@graph": [CRUMBS]})), "Đô thị", "jsonld", id="crumbs-in-graph"
        ),
        pytest.param(
            article(head=jsonld(**{"@graph": [STEP]})), "Thời sự", "jsonld", id="one-step"
        ),
        pytest.param(
            article(head=jsonld(**{"@graph": [NESTED]})), "Y tế", "jsonld", id="crumbs-in-lists"
        ),
        pytest.param(
            article(head=jsonld(articleSection="Đời sống, Y tế", **{"@graph": [NESTED]})), "Y tế",
            "jsonld", id="of-several-the-one-on-the-path",
        ),
        pytest.param(
            article(head=SEVERAL.format("Xã hội")), "Xã hội", "meta", id="meta"
        ),
        pytest.param(
            article(head=SEVERAL.format("Tin tức,Xã hội")), "Xã hội", "meta", id="meta-of-several"
        ),
        pytest.param(
            article(head=SEVERAL.format("Văn hóa, xã hội")), "Văn hóa, xã hội", "meta",
            id="meta-with-a-comma",
        ),
        pytest.param(
            article("<div class='detail-cate'><a>Giáo dục</a></div>"), "Giáo dục", "layout",
            id="layout",
        ),
        pytest.param(
            article("<ul class='breadcrumb'><li><a>Trang chủ</a></li><li><a>Y tế</a></li></ul>"),
            "Y tế", "layout", id="path",
        ),
        pytest.param(article(head=jsonld(articleSection="Báo Mẫu")), None, None, id="outlet"),
        pytest.param(
            article("<div class='breadcrumb'><a>Trang chủ</a></div>"), None, None, id="home"
        ),
    ],
)  # fmt: skip
def test_the_section_is_the_outlets(html, section, origin):
    document = read(html, source(section=".muc"))
    assert (document.section, document.origins.get("section")) == (section, origin)


TAG = "<meta property='article:tag' content='{}'>"


@pytest.mark.parametrize(
    ("html", "tags", "origin"),
    [
        pytest.param(
            article("<p class='the'><a>#quầy số</a><a>phường</a></p>"), ("quầy số", "phường"),
            "selector", id="own",
        ),
        pytest.param(
            article(head=jsonld(keywords="quầy số, phường, quầy số")), ("quầy số", "phường"),
            "jsonld", id="jsonld-text",
        ),
        pytest.param(
            article(head=jsonld(keywords=["quầy số", 7, "phường"])), ("quầy số", "phường"),
            "jsonld", id="jsonld-list",
        ),
        pytest.param(
            article(head=TAG.format("quầy số") + TAG.format("phường")), ("quầy số", "phường"),
            "meta", id="meta",
        ),
        pytest.param(
            article(head="<meta name='news_keywords' content='quầy số;phường'>"),
            ("quầy số", "phường"), "meta", id="keywords",
        ),
        pytest.param(
            article() + "<div class='detail-tag'><a>quầy số</a> <a>phường</a></div>",
            ("quầy số", "phường"), "layout", id="layout",
        ),
        pytest.param(article(head=TAG.format("Báo Mẫu")), (), None, id="outlet"),
    ],
)  # fmt: skip
def test_the_tags_are_the_outlets(html, tags, origin):
    document = read(html, source(tags=".the a"))
    assert (document.tags, document.origins.get("tags")) == (tags, origin)


@pytest.mark.parametrize(
    ("selector", "picture"),
    [
        (".anh img", "<div class='anh'><img src='data:x' data-src='/q.jpg'></div>"),
        (".anh@data-to", "<div class='anh' data-to='/q.jpg'></div>"),
    ],
)
def test_a_source_may_say_where_its_picture_is(selector, picture):
    page = article(picture, "<meta property='og:image' content='/logo.png'>")
    document = read(page, source(image=selector))
    assert document.image == "https://baomau.example/q.jpg"
    assert document.origins["image"] == "selector"


def test_a_picture_that_is_no_address_gives_way_to_the_next():
    page = article(
        "<i class='anh' data-to='http://[x'></i>", "<meta name='twitter:image' content='/b'>"
    )
    assert read(page, source(image=".anh@data-to")).image == "https://baomau.example/b"


PICTURE = {"@type": "ImageObject", "@id": "/bai#anh", "contentUrl": "/anh.jpg"}


@pytest.mark.parametrize(
    ("told", "picture"),
    [
        pytest.param({"image": {"@id": "/bai#anh"}}, "/anh.jpg", id="in-the-graph"),
        pytest.param({"image": [{"@id": "/bai#anh"}]}, "/anh.jpg", id="in-a-list"),
        pytest.param({"image": {"@id": "/bai#x"}, "thumbnailUrl": "/nho.jpg"}, "/nho.jpg", id="no"),
        pytest.param({"image": {"@id": "/bai#x"}}, "/og.jpg", id="nowhere"),
        pytest.param({"image": "#anh"}, "/og.jpg", id="mark-alone"),
        pytest.param({"image": {"@id": "/anh-2.jpg"}}, "/anh-2.jpg", id="its-address"),
        pytest.param({"image": "/a.jpg?w=0&amp;copy=2"}, "/a.jpg?w=0&copy=2", id="escaped"),
        pytest.param({"image": "/a.jpg?w=0&amp;#038;s=2"}, "/a.jpg?w=0&s=2", id="escaped-twice"),
        pytest.param({"image": "/a.jpg?w=0&copy=2"}, "/a.jpg?w=0&copy=2", id="not-escaped"),
    ],
)
def test_the_picture_of_structured_data_is_an_address(told, picture):
    head = jsonld(**told, **{"@graph": [PICTURE]})
    page = article(head=f"{head}<meta property='og:image' content='/og.jpg'>")
    assert read(page).image == f"https://baomau.example{picture}"


def test_without_referee_nothing_is_said_of_agreement():
    assert read(article()).agreement is None


def test_the_referee_agrees_with_a_well_read_page():
    assert read(article(), referee=True).agreement > 0.9


def test_the_referee_disagrees_where_a_selector_took_the_wrong_box():
    wrong = "<p>Một khung quảng cáo dài dòng về máy lọc nước, tủ lạnh và điều hòa. </p>" * 8
    box = f"<div class='than'>{wrong}</div>"
    document = read(article(box, body=BODY * 4), source(body=".than"), referee=True)
    assert document.origins["text"] == "selector"
    assert document.agreement < 0.6


def test_a_selector_that_missed_is_seen_in_the_origins():
    document = read(article(), source(body=".than-bai-cu"))
    assert document.text.startswith(FIRST)
    assert document.origins["text"] == "layout"
