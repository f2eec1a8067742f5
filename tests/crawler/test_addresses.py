import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import article_key, canonical, resolve
from crawler.errors import AddressError
from crawler.sources import Source, catalogue_folder, read_folder

PAPER = Source(
    id="bao-mau",
    name="Báo Mẫu",
    homepage="https://www.baomau.vn/",
    article_pattern=r"-post\d+\.(?:html|tpo)$",
    hosts=("www.baomau.vn", "baomau.vn", "m.baomau.vn", "amp.baomau.vn", "baomau.com.vn"),
)
MOVED = Source(
    id="bao-cu",
    name="Báo Cũ",
    homepage="https://baomoi-mau.vn/cu/",
    article_pattern=r"^https://baomoi-mau\.vn/cu/.+-\d+\.htm$",
    hosts=("baomoi-mau.vn", "baocu.vn"),
)
LOCAL = Source(
    id="may-nha",
    name="Máy nhà",
    homepage="http://127.0.0.1:8001/",
    article_pattern=r"-\d+\.html$",
    hosts=("127.0.0.1:8001",),
)
ARTICLE = "https://www.baomau.vn/do-thi-so-post12.html"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://www.baomau.vn/do-thi-so-post12.html", id="scheme"),
        pytest.param("https://baomau.vn/do-thi-so-post12.html", id="bare-host"),
        pytest.param("https://m.baomau.vn/do-thi-so-post12.html", id="mobile-host"),
        pytest.param("https://baomau.com.vn/do-thi-so-post12.html", id="old-domain"),
        pytest.param("https://WWW.BaoMau.VN:443/do-thi-so-post12.html", id="case-and-port"),
        pytest.param("https://www.baomau.vn./do-thi-so-post12.html", id="root-dot"),
        pytest.param("  https://www.baomau.vn/do-thi-so-post12.html\n", id="blanks-around"),
        pytest.param(f"{ARTICLE}#vn_source=Home&vn_campaign=1", id="fragment"),
        pytest.param(f"{ARTICLE}?utm_source=a&fbclid=b&zarsrc=30&vn_medium=c", id="tracking"),
        pytest.param(f"{ARTICLE}?UTM%5FSource=a", id="tracking-disguised"),
        pytest.param("https://www.baomau.vn//do-thi-so-post12.html", id="double-slash"),
        pytest.param("https://www.baomau.vn/x/../do-thi-so-post12.html", id="dot-segments"),
        pytest.param("https://www.baomau.vn/%64o-thi-so-post12.html", id="needless-escape"),
        pytest.param(f"{ARTICLE}/amp", id="amp-behind"),
        pytest.param("https://amp.baomau.vn/amp/amp/do-thi-so-post12.html", id="amp-before"),
        pytest.param("https://www.baomau.vn/do-thi-so-post12.amp", id="amp-ending"),
        pytest.param(f"{ARTICLE}?amp=1", id="amp-flag"),
        pytest.param(f"{ARTICLE}?mibextid=a&_x_tr_sl=vi&ref_src=b", id="more-tracking"),
        pytest.param(f"{ARTICLE};jsessionid=A1B2C3D4E5F6", id="session-in-path"),
        pytest.param(f"{ARTICLE}?PHPSESSID=q1w2e3r4t5y6u7i8", id="session-in-query"),
        pytest.param("https://www.baomau.vn/print/do-thi-so-post12.html", id="print"),
    ],
)
def test_twins_of_an_article_have_one_address(url):
    assert canonical(url, PAPER) == ARTICLE


def test_other_parameters_are_kept_in_order():
    url = "https://www.baomau.vn/tim"
    assert canonical(f"{url}?b=2&utm_id=1&a=x+y", PAPER) == f"{url}?a=x%20y&b=2"


def test_an_unknown_parameter_is_dropped_where_articles_have_none():
    assert canonical(f"{ARTICLE}?nguon=zalo&p=3", PAPER) == ARTICLE


def test_a_parameter_by_which_articles_are_told_apart_is_kept():
    outlet = replace(PAPER, article_pattern=r"/tin\?id=\d+")
    url = "https://baomau.vn/tin?utm_source=a&id=7"
    assert canonical(url, outlet) == "https://www.baomau.vn/tin?id=7"


def test_an_amp_address_of_no_article_stays():
    url = "https://www.baomau.vn/chuyen-muc/amp"
    assert canonical(url, PAPER) == url


def test_another_outlets_host_stays():
    assert canonical("http://khac.vn/a-post1.html", PAPER) == "http://khac.vn/a-post1.html"


def test_another_port_is_another_outlet():
    url = "http://127.0.0.1:8002/a-1.html"
    assert canonical(url, LOCAL) == url


def test_a_port_of_its_own_is_kept():
    assert canonical("http://127.0.0.1:8001/a-1.html#x", LOCAL) == "http://127.0.0.1:8001/a-1.html"


def test_an_outlet_that_moved_under_a_path_is_followed():
    assert canonical("http://baocu.vn/tin-12.htm", MOVED) == "https://baomoi-mau.vn/cu/tin-12.htm"


def test_decomposed_and_composed_letters_are_one():
    composed, decomposed = "https://a.vn/số", "https://a.vn/so%CC%82%CC%81"
    assert canonical(composed) == canonical(decomposed) == "https://a.vn/s%E1%BB%91"


def test_an_escaped_slash_stays_escaped():
    assert canonical("https://a.vn/x%2fy?q=%26") == "https://a.vn/x%2Fy?q=%26"


@pytest.mark.parametrize("page", ["index.html", "index.php", "Default.aspx", "INDEX.HTM"])
def test_the_index_of_a_folder_is_the_folder(page):
    assert canonical(f"https://a.vn/muc/{page}?a=1") == "https://a.vn/muc/?a=1"


def test_a_short_sid_is_the_number_of_a_story():
    assert canonical("https://a.vn/tin.php?sid=123") == "https://a.vn/tin.php?sid=123"


NUMBERED = replace(PAPER, article_id=r"-post(\d+)\.")


@pytest.mark.parametrize(
    "url",
    [
        "http://m.baomau.vn/do-thi-so-post12.html",
        "https://baomau.com.vn/ten-moi-cua-bai-post12.html?utm_source=x",
        "https://amp.baomau.vn/amp/do-thi-so-post12.html",
        "https://www.baomau.vn/muc/do-thi-so-post12.tpo#binh-luan",
        "https://www.baomau.vn/print/do-thi-so-post12.html",
    ],
)
def test_an_article_by_five_addresses_has_one_key(url):
    assert article_key(canonical(url, NUMBERED), NUMBERED) == "bao-mau:12"


@pytest.mark.parametrize(
    ("url", "source"),
    [
        pytest.param("https://www.baomau.vn/chuyen-muc/", NUMBERED, id="no-article"),
        pytest.param(ARTICLE, PAPER, id="no-numbers"),
        pytest.param(ARTICLE, None, id="no-source"),
    ],
)
def test_an_address_without_a_number_has_no_key(url, source):
    assert article_key(url, source) is None


def test_the_same_number_at_two_outlets_is_two_articles():
    other = replace(NUMBERED, id="bao-khac")
    assert article_key(ARTICLE, NUMBERED) != article_key(ARTICLE, other)


def test_a_host_in_letters_is_written_in_ascii():
    assert canonical("https://Báo.vn/a") == "https://xn--bo-mia.vn/a"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("/bai-viet.html", id="relative"),
        pytest.param("ftp://a.vn/x", id="ftp"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("https://user:pass@a.vn/", id="user-name"),
        pytest.param("https://a.vn\\@b.vn/", id="backslash"),
        pytest.param("https://a.vn/x\r\ny", id="line-break"),
        pytest.param("https://a.vn/x y", id="blank"),
        pytest.param("https://a.vn/\u200bx", id="zero-width"),
        pytest.param("https://a.vn:99999/", id="port"),
        pytest.param("https://[::1/", id="bracket"),
        pytest.param("https:///x", id="no-host"),
        pytest.param(f"https://{'a' * 70}.vn/", id="label-too-long"),
        pytest.param("https://a.vn/" + "x" * 2_000, id="too-long"),
        pytest.param("https://a.vn/" + "ố" * 500, id="too-long-encoded"),
        pytest.param("https://a.vn/\ud800", id="surrogate"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(url):
    with pytest.raises(AddressError) as refusal:
        canonical(url, PAPER)
    assert "\n" not in str(refusal.value)


HOSTS = st.sampled_from(["www.baomau.vn", "amp.baomau.vn", "BAOMAU.vn:443", "khac.vn", "[::1]:80"])
PIECES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=12)
PARTS = st.lists(
    st.one_of(PIECES, st.sampled_from(["amp", "print", "..", ".", "%2e%2E", "%2F", "%", "x.amp"])),
    max_size=5,
)


@given(HOSTS, PARTS, PARTS)
def test_canonical_is_idempotent(host, steps, pairs):
    try:
        once = canonical(f"https://{host}/{'/'.join(steps)}?{'&'.join(pairs)}", PAPER)
    except AddressError:
        return
    assert canonical(once, PAPER) == once


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text):
    try:
        found = canonical(text)
    except AddressError:
        return
    assert found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        pytest.param("a.html", "https://a.vn/muc/a.html", id="beside"),
        pytest.param("/a.html", "https://a.vn/a.html", id="root"),
        pytest.param("//b.vn/a.html", "https://b.vn/a.html", id="other-host"),
        pytest.param(" /a\n b.html ", "https://a.vn/a%20b.html", id="blanks"),
        pytest.param("?page=2", "https://a.vn/muc/?page=2", id="query"),
    ],
)
def test_a_link_is_resolved_where_it_was_found(href, expected):
    assert resolve("https://a.vn/muc/", href) == expected


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "mailto:a@b.vn", "data:text/html,x", "http://[", "tel:1900"]
)
def test_a_link_that_leads_nowhere_is_refused(href):
    with pytest.raises(AddressError):
        resolve("https://a.vn/", href)


SAME = Path(__file__).parents[2].parent / "shared" / "real" / "same_article_addresses.json"


@pytest.mark.skipif(not SAME.is_file(), reason="the folder with real addresses is not here")
def test_real_addresses_of_one_article_have_one_key_and_no_two_articles_share_it():
    sources, _ = read_folder(catalogue_folder())
    hosts = {host: source for source in sources.values() for host in source.hosts}
    hosts["tuoitre.vn"] = sources["tuoitre"]  # three more outlets live there
    keys = [
        {article_key(canonical(url, source), source) for url in group}
        for group in json.loads(SAME.read_text("utf-8"))
        for source in [hosts[urlsplit(group[0]).netloc]]
    ]
    assert [group for group in keys if len(group) != 1 or None in group] == []
    assert len(set.union(*keys)) == len(keys)
