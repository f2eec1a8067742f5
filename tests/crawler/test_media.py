"""Videos, pictures and locked pages: recognised, and read as far as there is something to read."""

from datetime import datetime

import pytest

from crawler.dates import VIETNAM
from crawler.documents import Candidate
from crawler.errors import ExtractionError
from tests.crawler.sample import BODY, FIRST, URL, article, jsonld, read

WORDS = "Đoạn phim dài hai phút ghi lại buổi sáng đầu tiên ở quầy số của phường, từ lúc mở cửa."
VIDEO = "https://baomau.example/video/sang-dau-tien-post12.html"
PLAYER = "<html><head>{head}</head><body><h1>Sáng đầu tiên</h1><video src=x></video></body></html>"
OG_VIDEO = "<meta property='og:type' content='video.other'>"


def film(**fields):
    return jsonld(**{"@type": "VideoObject", "name": "Phim", "headline": "Phim", **fields})


@pytest.mark.parametrize(
    ("html", "url", "medium"),
    [
        pytest.param(article(), URL, "article", id="article"),
        pytest.param(article(head=OG_VIDEO), URL, "video", id="og-type"),
        pytest.param(article(), VIDEO, "video", id="address"),
        pytest.param(
            article(), "https://baomau.example/photo/cho-post12.html", "photo", id="photo"
        ),
        pytest.param(
            article(), "https://baomau.example/infographics/so-post12.html", "photo", id="graphics"
        ),
        pytest.param(
            article(), "https://baomau.example/infographic-quay-so-post12.html", "photo", id="slug"
        ),
        pytest.param(PLAYER.format(head=film(description=WORDS)), URL, "video", id="jsonld"),
        pytest.param(article(head=film(description=WORDS)), URL, "article", id="video-beside"),
        pytest.param(
            article(), "https://baomau.example/video-quay-lai-thanh-cong-post12.html", "video",
            id="video-slug",
        ),
        pytest.param(article(), "https://baomau.example/anh-huong-cua-so-post12.html", "article",
                     id="word-of-the-slug"),
    ],
)  # fmt: skip
def test_a_medium_is_recognised(html, url, medium):
    assert read(html, url=url).medium == medium


def test_a_videos_description_is_its_text():
    document = read(PLAYER.format(head=film(description=WORDS, uploadDate="x")), url=VIDEO)
    assert (document.text, document.origins["text"]) == (WORDS, "jsonld")
    assert document.title == "Sáng đầu tiên"


def test_a_video_beside_an_article_lends_it_neither_title_nor_lead_nor_date():
    document = read(article("<p>28/11/2025 09:00</p>", film(description=WORDS, uploadDate="2020")))
    assert (document.title, document.lead) == ("Quầy số", "")
    assert document.published_at == datetime(2025, 11, 28, 9, tzinfo=VIETNAM)


def test_a_video_page_is_of_the_day_its_video_was_put_up():
    head = film(description=WORDS, uploadDate="2025-11-28T09:00:00+07:00")
    document = read(PLAYER.format(head=head), url=VIDEO)
    assert document.published_at == datetime(2025, 11, 28, 9, tzinfo=VIETNAM)


def test_captions_are_the_text_of_pictures():
    pictures = "".join(
        f"<figure><img><figcaption>Hình {n}: quầy số lúc {n} giờ, bác tổ trưởng đón người dân đầu"
        " tiên của ngày.</figcaption></figure>" for n in (7, 8)
    )  # fmt: skip
    document = read(article(body=pictures), url="https://baomau.example/photo/quay-post12.html")
    assert document.medium == "photo"
    assert document.text.split("\n\n")[1].startswith("Hình 8")
    assert len(document.captions) == 2


def test_an_article_told_by_its_captions_is_one_in_pictures():
    told = "Hình {}: quầy số mở cửa, bác tổ trưởng đón người dân đầu tiên của ngày. " * 2
    pictures = "".join(
        f"<div><figure><img></figure><figcaption>{told.format(n, n)}</figcaption></div>"
        for n in (7, 8)
    )
    other = (
        "<div class='most-read'><p>" + "Tóm tắt một bài khác, dài như thân bài. " * 9 + "</p></div>"
    )
    html = article(f"<div class='cms-body'><p>Sáng sớm.</p>{pictures}</div>{other}", body="")
    document = read(html)
    assert document.medium == "photo"
    assert [text[:8] for text in document.text.split("\n\n")] == [
        "Sáng sớm",
        "Hình 7: ",
        "Hình 8: ",
    ]


def test_a_container_of_pictures_is_not_preferred_to_the_text_beside_it():
    told = "Hình: quầy số mở cửa, bác tổ trưởng đón người dân đầu tiên của ngày. " * 4
    pictures = f"<div class='cms-body'><figure><figcaption>{told}</figcaption></figure></div>"
    document = read(article(pictures))
    assert document.medium == "article"
    assert document.text.startswith(FIRST)


def test_the_feed_speaks_for_a_video_that_says_nothing():
    hint = Candidate("baomau", VIDEO, VIDEO, "", "Sáng đầu tiên", WORDS)
    document = read(PLAYER.format(head=""), candidate=hint, url=VIDEO)
    assert (document.text, document.medium) == (WORDS, "video")
    assert document.lead == WORDS


def test_a_short_word_is_better_than_none():
    hint = Candidate("baomau", VIDEO, VIDEO, "", "Sáng đầu tiên", "")
    document = read(PLAYER.format(head=""), candidate=hint, url=VIDEO)
    assert (document.text, document.origins["text"]) == ("Sáng đầu tiên", "feed")


def test_a_video_of_which_nothing_is_known_is_an_error():
    with pytest.raises(ExtractionError, match="no article text"):
        read("<video src=x></video>", url=VIDEO)


LOCK = "<div class='box-paywall'>Đăng ký thuê bao để tiếp tục đọc bài viết này</div>"
NOTE = "behind a paywall: the text may be the teaser only"


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(article(head=jsonld(isAccessibleForFree=False)), id="jsonld"),
        pytest.param(article(head=jsonld(isAccessibleForFree="False")), id="jsonld-text"),
        pytest.param(
            article(head="<meta property='article:content_tier' content='locked'>"), id="meta"
        ),
        pytest.param(article(LOCK), id="box"),
        pytest.param(article(body=BODY + LOCK), id="box-in-the-body"),
    ],
)
def test_a_locked_page_gives_its_teaser(html):
    document = read(html)
    assert (document.access, document.notes) == ("paywalled", (NOTE,))
    assert document.text.startswith(FIRST)
    assert "thuê bao" not in document.text


def test_the_lead_of_a_page_locked_whole_is_its_teaser():
    document = read(article(head=jsonld(isAccessibleForFree=False, description=WORDS), body=""))
    assert (document.text, document.access) == (WORDS, "paywalled")


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(article(head=jsonld(isAccessibleForFree=True)), id="free"),
        pytest.param(article("<div class='paywall-slot'></div>"), id="empty-box"),
        pytest.param(article(LOCK, body=BODY * 8), id="whole-text"),
        pytest.param(article("<p>Đăng ký để đọc bản tin mỗi sáng</p>"), id="newsletter"),
    ],
)
def test_a_free_page_is_open(html):
    document = read(html)
    assert (document.access, document.notes) == ("open", ())
