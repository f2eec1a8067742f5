import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.dates import VIETNAM
from crawler.documents import Candidate
from crawler.errors import CrawlerError, ExtractionError
from crawler.sources import Extract, Source
from tests.crawler.sample import BODY, FIRST, URL, article, jsonld, read

PAGES = Path(__file__).parent / "pages"
SOURCE = Source(
    id="baomau",
    name="Báo Mẫu",
    homepage="https://baomau.example/",
    article_pattern=r"-post\d+\.html$",
    hosts=("baomau.example", "m.baomau.example"),
    extract=Extract(
        title="h1.tieu-de",
        lead=".dan",
        body=".than",
        author=".ten@data-name",
        date=".gio",
        date_formats=("%H giờ %M - %d.%m.%y",),
        drop=(".rac",),
    ),
)


def page(name, url):
    return read((PAGES / f"{name}.html").read_bytes(), url=url)


def test_a_page_of_the_large_family_is_read_whole():
    url = "https://songmoi.example/phuong-hoa-sen-thu-nghiem-tro-ly-so-199251127101512345.htm"
    document = page("vccorp", f"{url}?utm_source=x")
    assert document.title == "Phường Hoa Sen thử nghiệm trợ lý số ở bộ phận một cửa"
    assert document.lead == "Sau hai tháng, thời gian chờ của người dân giảm còn một nửa."
    assert document.authors == ("Lê Thu Mai",)
    assert document.image == "https://songmoi.example/anh/2025/11/27/mot-cua.jpg"
    assert document.published_at == datetime(2025, 11, 27, 10, 15, tzinfo=VIETNAM)
    assert document.modified_at == datetime(2025, 11, 27, 14, 40, 5, tzinfo=VIETNAM)
    assert (document.canonical_url, document.language) == (url, "vi")


def test_captions_related_boxes_and_comments_are_no_text():
    text = page("vccorp", "https://songmoi.example/x-199251127101512345.htm").text
    first, second, third = text.split("\n\n")
    assert first.startswith("Từ đầu tháng 10")
    assert "78% hồ sơ" in second
    assert third.endswith("thông tin đã có.")


def test_picture_tables_tags_and_bylines_are_no_text():
    document = page("epi", "https://www.bennghemau.example/ben-xe-post123456.html")
    assert document.text.count("\n\n") == 2
    assert document.text.endswith("dùng chung hệ thống này.")
    assert document.lead.startswith("Sáng 28-11")
    assert document.authors == ("TRẦN BÌNH",)


def test_an_old_page_of_tables_and_line_breaks_is_read():
    document = page("old_portal", "http://maugiang.example/tin/123.html")
    assert document.text.startswith("Ngày 28/11, Trung tâm học tập")
    assert document.text.endswith("quý một năm sau.")
    assert document.authors == ("Nguyễn Văn Thử",)
    assert document.published_at == datetime(2025, 11, 28, 14, 5, tzinfo=VIETNAM)
    assert document.origins["text"] == "trafilatura"


def test_a_cut_off_description_becomes_the_whole_lead():
    document = page("wordpress", "https://hiennha.example/quan-ca-phe-va-chiec-may/")
    assert document.lead.startswith("Một quán nhỏ ở góc chợ")
    assert document.lead.endswith("thối tiền.")
    assert document.text.startswith("Chiếc máy do ba sinh viên")


def test_a_graph_and_a_trailing_comma_are_understood():
    document = page("wordpress", "https://hiennha.example/quan-ca-phe-va-chiec-may/")
    assert document.authors == ("Vũ Hạ",)
    assert document.published_at == datetime(2025, 11, 20, 2, 30, tzinfo=UTC)
    assert document.origins["published_at"] == "jsonld"


def test_the_sources_selectors_come_first():
    inside = (
        "<h1 class='tieu-de'>Quầy số ở phường</h1><p class='dan'>TPO - Một lead.</p>"
        "<i class='ten' data-name='Lan Chi'></i><b class='gio'>9 giờ 05 - 27.11.25</b>"
    )
    body = f"<div class='than'>{BODY}<p class='rac'>Không phải bài.</p></div>"
    document = read(article(inside, body=body), SOURCE)
    assert (document.title, document.lead) == ("Quầy số ở phường", "Một lead.")
    assert document.authors == ("Lan Chi",)
    assert document.published_at == datetime(2025, 11, 27, 9, 5, tzinfo=VIETNAM)
    assert "Không phải" not in document.text
    fields = ("title", "lead", "text", "authors", "published_at")
    assert {document.origins[field] for field in fields} == {"selector"}


def test_a_redesign_falls_back_to_other_stages():
    document = read(article(head=jsonld(description="Lead.")), SOURCE)
    assert (document.title, document.lead) == ("Quầy số", "Lead.")
    assert document.text.startswith(FIRST)
    assert document.origins["text"] == "layout"


def test_a_selector_that_finds_links_only_is_not_believed():
    links = "<li><a href='/a'>Một bài khác của báo, có tiêu đề khá dài</a></li>" * 20
    document = read(article(f"<ul class='than'>{links}</ul>"), SOURCE)
    assert document.text.startswith(FIRST)


def test_the_feed_fills_what_the_page_lacks():
    told = datetime(2025, 11, 27, 3, tzinfo=UTC)
    hint = Candidate("baomau", URL, URL, "", "Từ feed", "Lead từ feed.", told, told)
    document = read(f"<div class='entry-content'>{BODY}</div>", candidate=hint)
    assert (document.title, document.lead) == ("Từ feed", "Lead từ feed.")
    assert (document.published_at, document.modified_at) == (told, told)
    assert document.origins["published_at"] == "feed"
    assert document.source == "baomau"


def test_what_stands_above_the_title_in_the_text_is_no_text():
    kicker = "<span>Nhịp sống phố phường</span><h2>Quầy số</h2>"
    assert read(article(body=f"<div>{kicker}{BODY}</div>")).text.startswith(FIRST)


def test_a_title_in_two_elements_side_by_side_has_a_blank_between():
    title = "<h1><span>Phường Gò Mây:</span><span>Quầy số mở cửa</span></h1>"
    html = (
        jsonld(headline="Phường Gò Mây: Quầy số mở cửa") + f"{title}<div class='than'>{BODY}</div>"
    )
    source = Source("mau", "Mẫu", "https://mau.example/", "x", extract=Extract(title="h1"))
    document = read(html, source)
    assert document.title == "Phường Gò Mây: Quầy số mở cửa"
    assert document.origins["title"] == "selector"


def test_the_lead_of_an_older_page_of_a_known_layout_is_read():
    body = f"<div class='cms-desc'>SGGP - Một phần dẫn.</div><div class='cms-body'>{BODY * 2}</div>"
    document = read(f"<h1 class='cms-title'>Quầy số</h1>{body}")
    assert (document.lead, document.origins["lead"]) == ("Một phần dẫn.", "layout")
    assert document.text.startswith(FIRST)


def test_title_and_lead_are_not_repeated_in_the_text():
    lead = "Một lead được trang lặp lại trong thân bài."
    body = f"<h2>QUẦY SỐ</h2><p>(PLO)- {lead}</p>{BODY}"
    document = read(article(head=jsonld(description=lead), body=body))
    assert document.text.startswith(FIRST)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("<p>Quầy số nhìn từ ngoài. Ảnh: QUANG HUY</p>", id="caption"),
        pytest.param("<figure><img><figcaption>Quầy số</figcaption></figure>", id="figure"),
        pytest.param("<p align='center'><img><br>Quầy số nhìn từ ngoài</p>", id="centred"),
        pytest.param("<div><img><p><i>Quầy số nhìn từ ngoài</i></p></div>", id="slanted"),
        pytest.param("<p class='Caption'>Quầy số</p>", id="caption-class"),
        pytest.param("<p>Đọc thêm: <a href='/a'>Bài khác</a></p>", id="pointer"),
        pytest.param("<div><b>- Advertisement -</b></div>", id="advertisement"),
        pytest.param("<p>Tin liên quan</p>", id="pointer-alone"),
        pytest.param("<p>>>> <a href='/a'>Bài khác</a></p>", id="arrows"),
        pytest.param("<p><a href='/a'>Một bài khác của báo</a></p>", id="link"),
        pytest.param("<ul><li><a href='/a'>Bài khác</a></li></ul>", id="link-list"),
        pytest.param("<div class='box-tin-lienquan'><p>Bài khác</p></div>", id="related"),
        pytest.param("<div id='social-share'>Chia sẻ Zalo</div>", id="share"),
        pytest.param("<p>Từ khóa: quầy số, phường</p>", id="tags"),
        pytest.param(
            "<p><a class='tag'>quầy số</a>, <a class='tag'>phường</a></p>", id="tags-in-a-row"
        ),
        pytest.param("<p><span class='author'>Mai Anh</span></p>", id="author-alone"),
        pytest.param("<script>var a = 'chữ';</script>", id="script"),
        pytest.param("<p>Mai Anh - Hoàng Hà</p>", id="byline"),
        pytest.param("<p>Bài và ảnh: Mai Anh</p>", id="byline-with-label"),
        pytest.param("<p>MAI ANH (tổng hợp)</p>", id="byline-with-note"),
        pytest.param("<p>(TTXVN)</p>", id="agency"),
        pytest.param("<p>Theo Báo Bạn</p>", id="agency-in-words"),
        pytest.param("<p>By Mai Anh - Translated by Van Ha</p>", id="english-byline"),
        pytest.param("<p>© Bản quyền thuộc về Báo Mẫu</p>", id="copyright"),
    ],
)
def test_what_surrounds_the_text_is_left_out(line):
    assert read(article(body=BODY + line)).text == read(article()).text


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("<p>Chia sẻ tại buổi lễ, một bác tổ trưởng nói bà con rất mừng.</p>", id="p"),
        pytest.param("<h3>Mở rộng ra chợ</h3>", id="heading"),
        pytest.param("<ul><li>Ba phường nữa trong quý một</li></ul>", id="list"),
        pytest.param("<blockquote>Chúng tôi chờ quầy này lâu lắm rồi.</blockquote>", id="quote"),
        pytest.param("<table><tr><td>Lượt</td><td>300</td></tr></table>", id="table"),
        pytest.param("<p>Xem <a href='/a'>bản đồ</a> các quầy ở phần cuối bài này.</p>", id="link"),
        pytest.param("<p><img>Trong ảnh là quầy số đầu tiên.</p>", id="picture-in-text"),
        pytest.param("<p><a class='tag' href='/a'>Quầy số</a> đã mở.</p>", id="tag-link"),
        pytest.param("<p>Đã mở <b class='author'>quầy số</b> này.</p>", id="emphasis"),
        pytest.param("chữ trần không có thẻ nào bao quanh", id="bare-text"),
    ],
)
def test_what_belongs_to_the_text_stays(line):
    plain = re.sub(r"\s*<[^>]+>\s*", " ", line).split()
    assert plain == read(article(body=BODY + line)).text.split("\n\n")[-1].split()


def test_a_row_of_links_within_a_sentence_stays_in_it():
    names = ", ".join(f"<a class='tag' href='/{n}'>{n}</a>" for n in ("Bến", "Chợ", "Gò", "Xóm"))
    line = f"<p>Quầy mở ở {names} và <i><a class='tag' href='/r'>Rạch</a></i>.</p>"
    assert read(article(body=BODY + line)).text.endswith("\n\nQuầy mở ở Bến, Chợ, Gò, Xóm và Rạch.")


def test_paragraphs_are_one_line_of_composed_letters():
    document = read(article(body=f"<p>Te\u0302\u0301t \u200bđến\n   rồi<br>dòng sau</p>{BODY}"))
    assert document.text.startswith("Tết đến rồi\n\ndòng sau\n\n")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        pytest.param({"@type": "Person", "name": "Mai Anh"}, ("Mai Anh",), id="person"),
        pytest.param([{"@type": "Person", "name": "A Sáng"}, "B Tối"], ("A Sáng",), id="list"),
        pytest.param("Mai Anh, Hoàng Hà", ("Mai Anh", "Hoàng Hà"), id="names"),
        pytest.param({"@type": "Organization", "name": "Báo Mẫu"}, (), id="outlet"),
        pytest.param("https://facebook.example/baomau", (), id="address"),
        pytest.param("admin@baomau.example", (), id="mail"),
        pytest.param({"@id": "#nguoi"}, ("Mai Anh",), id="reference"),
    ],
)
def test_authors_are_persons_and_not_the_outlet(author, names):
    graph = [{"@id": "#nguoi", "@type": "Person", "name": "Mai Anh"}]
    head = jsonld(author=author, **{"@graph": graph})
    assert read(article(head=head), SOURCE).authors == names


@pytest.mark.parametrize(
    "box",
    [
        "<i>H</i><b>Hoàng Hà</b>",
        "<i class='c-avatar'>HH</i><b>Hoàng Hà</b>",
        "<b>Hoàng Hà</b><i class='avatar'>HH</i>",
        "<b class='avatar'>Hoàng Hà</b>",
    ],
)
def test_letters_in_place_of_a_portrait_are_no_part_of_a_name(box):
    assert read(article(f"<div class='author'>{box}</div>")).authors == ("Hoàng Hà",)


def test_author_and_workplace_above_the_text_are_the_authors_and_no_text():
    above = "<p>TS. <b>Lê Mai Anh</b><br><i>Học viện Chợ nổi</i></p>"
    document = read(article(head="<meta name='author' content='admin'>", body=above + BODY))
    assert document.authors == ("Lê Mai Anh",)
    assert document.text == read(article()).text


TIMES = "<div><time datetime='2025-11-26T09:00:00+07:00'>x</time></div>"
META = "<meta property='article:published_time' content='2025-11-25T09:00:00+07:00'>"


@pytest.mark.parametrize(
    ("html", "day", "origin"),
    [
        pytest.param(
            article(TIMES, jsonld(datePublished="2025-11-24T09:00:00+07:00") + META), 24, "jsonld",
            id="jsonld-first",
        ),
        pytest.param(article(TIMES, META), 25, "meta", id="then-meta"),
        pytest.param(article(TIMES), 26, "time", id="then-time"),
        pytest.param(
            article("<p>Thứ sáu, 28/11/2025, 09:00 (GMT+7)</p>"), 28, "layout", id="then-text"
        ),
        pytest.param(
            article(TIMES, jsonld(datePublished="2031-01-01T09:00:00+07:00")), 26, "time",
            id="future-passed-over",
        ),
        pytest.param(
            article(TIMES, jsonld(datePublished="2025-11-26")), 26, "time", id="day-made-exact"
        ),
    ],
)  # fmt: skip
def test_the_surest_date_is_taken(html, day, origin):
    document = read(html)
    assert document.published_at == datetime(2025, 11, day, 9, tzinfo=VIETNAM)
    assert document.origins["published_at"] == origin


def test_the_number_in_the_address_tells_the_date_last():
    document = read(article(), url="https://baomau.example/x-199251127101512345.htm")
    assert document.published_at == datetime(2025, 11, 27, 10, 15, 12, tzinfo=VIETNAM)
    assert document.origins["published_at"] == "address"


def test_dates_of_other_articles_are_not_taken():
    teasers = "<ul><li>Bài khác <time datetime='2024-03-01T08:00:00+07:00'></time></li></ul>"
    far = "<p>đoạn</p>" * 20 + "<span class='time'>01/03/2024</span>"
    assert read(article() + teasers + far).published_at is None


def test_a_future_date_alone_is_none():
    document = read(article(head=jsonld(datePublished="2031-01-01T09:00:00Z")))
    assert document.published_at is None
    assert "published_at" not in document.origins


def test_a_date_in_broken_structured_data_is_rescued():
    broken = jsonld(about="x", datePublished="2025-11-26T09:00:00+07:00").replace('"x"', '"a "b""')
    assert read(article(head=broken)).published_at == datetime(2025, 11, 26, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        pytest.param("/quay-so-post12.html?utm_source=x", "quay-so-post12.html", id="own"),
        pytest.param("//m.baomau.example/a-post12.html", "a-post12.html", id="twin"),
        pytest.param("https://khac.example/a-post12.html", "phuong-so-post12.html", id="foreign"),
        pytest.param("/", "phuong-so-post12.html", id="front-page"),
        pytest.param("javascript:x", "phuong-so-post12.html", id="nonsense"),
    ],
)
def test_a_canonical_link_is_believed_within_the_source(href, expected):
    document = read(article(head=f"<link rel='canonical' href='{href}'>"), SOURCE)
    assert document.canonical_url == f"https://baomau.example/{expected}"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        pytest.param("/ten-moi-post12.html", "ten-moi-post12.html", id="same-article"),
        pytest.param("/bai-khac-post13.html", "phuong-so-post12.html", id="another-article"),
        pytest.param("/do-thi-so/", "phuong-so-post12.html", id="section"),
        pytest.param("/", "phuong-so-post12.html", id="front-page"),
        pytest.param("https://khac.example/a-post12.html", "phuong-so-post12.html", id="foreign"),
    ],
)
def test_a_canonical_link_to_another_number_is_not_believed(href, expected):
    source = replace(SOURCE, article_id=r"-post(\d+)\.html$")
    document = read(article(head=f"<link rel='canonical' href='{href}'>"), source)
    assert document.canonical_url == f"https://baomau.example/{expected}"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("vi-VN", "vi"), ("EN", "en"), ("vie", None), ("fr", None), ("", None)],
)
def test_the_language_is_the_pages_word(tag, language):
    assert read(article().replace("<html", f"<html lang='{tag}'")).language == language


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        pytest.param("Phường mở quầy | Báo Mẫu", "Phường mở quầy", id="name"),
        pytest.param("Phường mở quầy - baomau.example", "Phường mở quầy", id="host"),
        pytest.param("Phường mở quầy - Bước đầu", "Phường mở quầy - Bước đầu", id="other"),
    ],
)
def test_the_outlets_name_is_no_part_of_the_title(title, clean):
    html = f"<title>{title}</title><div class='entry-content'>{BODY}</div>"
    assert read(html, SOURCE).title == clean


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        pytest.param("utf-8", "text/html", "", id="undeclared"),
        pytest.param("utf-8", "text/html; charset=iso-8859-1", "", id="wrong-header"),
        pytest.param("utf-16", "text/html", "", id="byte-order-mark"),
        pytest.param("utf-16-le", "text/html", "", id="utf-16-unmarked"),
    ],
)
def test_any_usual_character_set_is_read(encoding, header, meta):
    assert FIRST in read(article(head=meta).encode(encoding), content_type=header).text


def test_bytes_of_the_old_code_page_are_read():
    body = article(body=BODY.replace(FIRST, "Chuy\xea?n d?i")).encode("ascii", "replace")
    body = body.replace(b"Chuy??n", b"Chuy\xea\xd2n")
    assert "Chuyển" in read(body, content_type="text/html; charset=windows-1258").text


def test_a_few_broken_bytes_do_not_spoil_a_page():
    assert FIRST in read(article().encode() + b"\xff\xfe\xc3").text


ATTRIBUTES = " ".join(f"a{number}=1" for number in range(50_000))


@pytest.mark.parametrize(
    ("html", "words"),
    [
        pytest.param("", "content", id="empty"),
        pytest.param("<html></html>", "no article text", id="nothing-inside"),
        pytest.param("<p>Vui lòng bật JavaScript.</p>", "needs JavaScript", id="asks-for-script"),
        pytest.param("<script>location.reload()</script>", "needs JavaScript", id="script"),
        pytest.param("<div>" * 5_000 + BODY, "no article text", id="too-deep"),
        pytest.param("<p>" * 200_000, "elements", id="too-many"),
        pytest.param(f"<p {ATTRIBUTES}>{BODY}", "attributes", id="too-many-attributes"),
        pytest.param("<p>" + "a" * 2**24, "MiB", id="too-long"),
    ],
)
def test_a_page_without_article_is_named(html, words):
    with pytest.raises(ExtractionError, match=words) as refusal:
        read(html)
    assert str(refusal.value).startswith(URL)


def test_a_page_of_very_many_blocks_is_read_in_time():
    html = article(body=f"<p>{BODY}</p>") + "<div><p>abc</p></div>" * 6_000
    assert FIRST in read(html).text


def test_a_page_of_very_many_links_beside_a_long_word_is_read_in_time():
    links = "<a class='tag'>x</a>" * 3_000
    assert FIRST in read(article(body=f"{BODY}<p>{'123 ' * 50_000}{links}</p>")).text


PIECES = st.sampled_from(
    ["<div>", "</div>", "<p>", "<h1>", "<a href=x>", "</a>", "<table>", "<td>", "<br>", "<li>",
     "<script type='application/ld+json'>", "</script>", '{"@type":"Article","author":[{}]', "}",
     "<meta property='og:url' content='http://[x'>", "<time datetime='9999-99-99'>", "&#0;", "\0",
     "<link rel=canonical href='//'>", "28/11/2025 25:61", "Ảnh: ", "\ud7ff", "(TTXVN)", BODY],
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=40), st.sampled_from([SOURCE, None])
)
def test_any_page_is_read_or_refused(pieces, source):
    try:
        document = read("".join(pieces).encode("utf-8", "replace"), source)
    except CrawlerError:
        return
    assert document.text
    assert not re.search(r"[\x00-\x08\u200b]", document.text + document.title)
