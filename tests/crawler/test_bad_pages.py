"""What sites send in place of a decent page: each has a clear error, or is read all the same."""

import unicodedata
from datetime import datetime

import pytest

from crawler.dates import VIETNAM
from crawler.errors import ChallengeError, ExtractionError, ScriptOnlyError
from crawler.sources import Extract, Source
from tests.crawler.sample import BODY, FIRST, URL, article, jsonld, read
from tests.crawler.test_legacy import PLAIN, TCVN3, VNI

SOURCE = Source(
    id="baomau",
    name="Báo Mẫu",
    homepage="https://baomau.example/",
    article_pattern=r"-post\d+\.html$",
    hosts=("baomau.example",),
    extract=Extract(body=".than", date=".gio"),
)
CLOUDFLARE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper">
<h1 class="zone-name-title">baomau.example</h1><p>Verifying you are human. This may take a few
seconds. baomau.example needs to review the security of your connection before proceeding.</p>
<noscript>Enable JavaScript and cookies to continue</noscript></div>
<script>window._cf_chl_opt = {cType: "managed"};</script></body></html>"""
COOKIE_SETTER = """<html><head><script>document.cookie="D1N=0123456789abcdef"+"; path=/";
window.location.reload(true);</script></head><body></body></html>"""


def refusal(html, kind=ExtractionError):
    with pytest.raises(kind) as found:
        read(html)
    address, _, words = str(found.value).partition(": ")
    assert address == URL
    return words


def test_an_empty_answer_is_named():
    assert refusal("") == refusal("  \n\t ") == "page without content"


def test_a_text_node_of_ten_megabytes_is_cut():
    document = read(article(body=BODY + "<p>" + "chữ " * 2_000_000))
    assert document.text.startswith(FIRST)
    assert len(document.text) < 600_000


def test_a_page_five_thousand_deep_is_read_by_its_selectors():
    html = "<div>" * 5_000 + f"<div class='than'>{BODY}</div>"
    assert read(html, SOURCE).text.startswith(FIRST)


def test_a_page_five_thousand_deep_without_selectors_is_named():
    assert refusal("<div>" * 5_000 + BODY) == "no article text"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        pytest.param(
            "<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">", "too many attributes",
            id="names",
        ),
        pytest.param(
            "<p " + " ".join(f"a{n}='>'" for n in range(30_000)) + ">", "too many attributes",
            id="quoted",
        ),
        pytest.param(
            ("<p " + " ".join(f"a{n}" for n in range(900)) + ">") * 300, "too many attributes",
            id="many-large",
        ),
        pytest.param("<div>" * 100_000, "1000 deep", id="deep"),
        pytest.param("<span><i>" * 50_000, "elements", id="deep-in-slants"),
        pytest.param("<ul><li>" * 100_000, "1000 deep", id="deep-lists"),
        pytest.param(
            "<p>" + "".join(f"<b id={n}>" for n in range(3_000)) + "<p>x" * 3_000, "elements",
            id="reopened",
        ),
        pytest.param(
            "<p>" + "".join(f"<b id={n}><!--</b>-->" for n in range(3_000)) + "<p>x" * 3_000,
            "elements", id="reopened-with-sham-ends",
        ),
        pytest.param("<p>" * 300_000, "elements", id="many"),
    ],
)  # fmt: skip
def test_a_page_that_would_take_a_parser_minutes_is_refused_before(html, words):
    assert words in refusal(html)


def test_a_long_page_of_closed_elements_is_read():
    rows = "<div><p><b>Phường</b> <i class='x'>một</i></p></div>" * 6_000
    assert FIRST in read(f"<div class='than'>{BODY}</div>{rows}", SOURCE).text


def test_a_cloudflare_page_is_named():
    words = refusal(CLOUDFLARE, ChallengeError)
    assert words == "an anti-robot page of Cloudflare instead of the article"


@pytest.mark.parametrize(
    ("html", "guard"),
    [
        pytest.param("<script src='/_Incapsula_Resource?x=1'></script>", "Imperva", id="imperva"),
        pytest.param("<title>DDoS-Guard</title>", "DDoS-Guard", id="ddos-guard"),
        pytest.param(
            "<script src='//geo.captcha-delivery.com/c.js'></script>", "DataDome", id="dd"
        ),
        pytest.param("<title>Access Denied</title><p>Reference #18</p>", "a firewall", id="other"),
    ],
)
def test_other_guards_are_named(html, guard):
    assert guard in refusal(html, ChallengeError)


def test_an_article_behind_cloudflare_is_read():
    script = "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    assert read(article(script)).text.startswith(FIRST)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        pytest.param(COOKIE_SETTER, "a page that sets a cookie and loads itself again", id="D1N"),
        pytest.param(
            "<title>Báo Mẫu</title><div id='__next'></div><script src='/app.js'></script>",
            "an empty page that scripts fill", id="next",
        ),
        pytest.param(
            "<div id='root'> </div><noscript>Hãy bật JavaScript.</noscript><script></script>",
            "an empty page that scripts fill", id="root",
        ),
        pytest.param(
            "<body><noscript>You need to enable JavaScript to run this app.</noscript></body>",
            "the page itself says so", id="noscript",
        ),
    ],
)  # fmt: skip
def test_a_page_that_only_scripts_fill_is_named(html, reason):
    assert refusal(html, ScriptOnlyError) == f"needs JavaScript: {reason}"


def test_an_article_in_structured_data_needs_no_script():
    text = "Phường mở quầy số đầu tiên, ngay cạnh chợ. " * 10
    html = f"<div id='app'></div><script src='a.js'></script>{jsonld(articleBody=text)}"
    document = read(html)
    assert document.text.startswith(FIRST)
    assert document.origins["text"] == "jsonld"


def test_a_page_without_any_date_has_none():
    document = read(article())
    assert (document.published_at, document.notes) == (None, ())


def test_a_future_date_is_not_believed_and_noted():
    document = read(article(head=jsonld(datePublished="2031-01-01T09:00:00Z")))
    assert document.published_at is None
    (note,) = document.notes
    assert note == "date of jsonld not believed, it is in the future: '2031-01-01T09:00:00Z'"


def test_a_future_date_gives_way_to_a_believable_one_and_is_noted():
    page = article("<span class='gio'>28/11/2025 09:00</span>", jsonld(datePublished="2031-01-01"))
    document = read(page, SOURCE)
    assert document.published_at == datetime(2025, 11, 28, 9, tzinfo=VIETNAM)
    assert len(document.notes) == 1


@pytest.mark.parametrize("told", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "1899-12-30"])
def test_a_date_of_an_unset_clock_is_not_believed_and_noted(told):
    document = read(article(head=jsonld(datePublished=told)))
    assert document.published_at is None
    assert told in document.notes[0]


@pytest.mark.parametrize("told", ["2025-02-31T09:00:00", "31/11/2025 09:00", "2025-13-01"])
def test_an_impossible_date_is_noted(told):
    document = read(article(head=jsonld(datePublished=told)))
    assert document.published_at is None
    assert document.notes == (f"date of jsonld not understood: {told!r}",)


def test_a_day_first_date_with_a_zone_in_words_is_read():
    document = read(article("<p>28/11/2025 09:00 GMT+7</p>"))
    assert document.published_at == datetime(2025, 11, 28, 9, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2 giờ trước", datetime(2025, 12, 1, 5, tzinfo=VIETNAM)),
        ("35 phút trước", datetime(2025, 12, 1, 6, 25, tzinfo=VIETNAM)),
        ("Hôm qua, 15:30", datetime(2025, 11, 30, 15, 30, tzinfo=VIETNAM)),
    ],
)
def test_a_relative_date_counts_from_the_fetch(told, expected):
    document = read(article(f"<span class='gio'>{told}</span>"), SOURCE)
    assert document.published_at == expected


def test_decomposed_letters_come_out_composed():
    page = unicodedata.normalize("NFD", article(jsonld(headline="Quầy số"), body=BODY))
    document = read(page)
    assert document.title == "Quầy số"
    assert unicodedata.is_normalized("NFC", document.text)
    assert document.text.startswith(FIRST)


LONG_BODY = BODY * 4


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p " + " ".join(f"a{n}" for n in range(19_000)) + ">", id="attributes"),
        pytest.param("<div class='cms-body'>" * 4_000, id="frames-in-frames"),
        pytest.param("<ul><li>" * 2_500, id="lists-in-lists"),
        pytest.param("<table><tr><td>" * 1_500, id="tables-in-tables"),
        pytest.param("<figure><figcaption>Ảnh</figcaption></figure>" * 9_000, id="captions"),
        pytest.param(
            f"<div class='than'>{LONG_BODY}"
            + "<div>" * 500
            + "<b class='caption'>Ảnh</b>" * 20_000,
            id="captions-deep-in-blocks",
        ),
        pytest.param(
            f"<div class='than'>{LONG_BODY}" + "<div class='caption'>" * 300 + "Ảnh " * 200_000,
            id="captions-in-captions",
        ),
        pytest.param(f"<title>{' - ' * 100_000}</title>", id="marks-in-the-title"),
        pytest.param(f"<script type='application/ld+json'>{'[' * 100_000}</script>", id="jsonld"),
        pytest.param(
            f"<script type='application/ld+json'>-->{' ' * 1_000_000}x</script>", id="jsonld-blanks"
        ),
        pytest.param("<meta name=a content=b>" * 20_000, id="metas"),
        pytest.param(f"<p>{' ' * 10_000_000}</p>", id="blanks"),
    ],
)
def test_what_is_heaped_up_around_an_article_keeps_nobody_busy(html):
    assert FIRST in read(f"{html}<div class='than'>{LONG_BODY}</div>", SOURCE).text


def test_a_script_that_looks_like_a_tag_of_many_words_is_no_reason_to_refuse_a_long_page():
    script = "<script>if(i<o.length){" + "var n in o;" * 1_000 + "}</script>"
    html = f"<p hidden>{'chữ ' * 60_000}</p>{script}<div class='than'>{LONG_BODY}</div>"
    assert FIRST in read(html, SOURCE).text


@pytest.mark.parametrize("written", [TCVN3, VNI], ids=["tcvn3", "vni"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_page_for_an_old_vietnamese_font_is_read_as_unicode(written, encoding):
    html = f"<div class='entry-content'><p>{written}</p><p>{written}</p></div>"
    assert read(html.encode(encoding)).text.startswith(PLAIN)
