"""Single values of a source file."""

from datetime import timedelta

import pytest

from crawler import source_values as values


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("1s", 1, id="second"),
        pytest.param("10m", 600, id="minutes"),
        pytest.param("6h", 21_600, id="hours"),
        pytest.param("2d", 172_800, id="days"),
    ],
)
def test_durations_are_read(text: str, seconds: int):
    assert values.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["10 parsecs", "0s", "-1m", "1.5h", "9999d", "", 10, None, "١m"])
def test_what_is_no_duration_is_refused(value: object):
    with pytest.raises(values.BadValueError, match="allowed: 1s to 365d"):
        values.duration(value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/feed.xml",
        "https://báo.example/tin",
        "https://example.vn/%E1%BB%A9?a=b&c",
    ],
)
def test_web_addresses_are_let_pass(url: str):
    assert values.address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("ftp://example.vn/", id="scheme"),
        pytest.param("//example.vn/", id="no-scheme"),
        pytest.param("https:///feed", id="no-host"),
        pytest.param("https://me:word@example.vn/", id="user"),
        pytest.param("https://example.vn/a b", id="blank"),
        pytest.param("https://example.vn\\evil", id="backslash"),
        pytest.param("https://example.vn:99999/", id="port"),
        pytest.param("https://[::1/", id="bracket"),
        pytest.param("https://example.vn/" + "a" * 2_000, id="long"),
        pytest.param("https://example.vn/\n", id="line-end"),
        pytest.param(7, id="number"),
    ],
)
def test_what_is_no_web_address_is_refused(url: object):
    with pytest.raises(values.BadValueError, match="allowed: "):
        values.address(url)


def test_placeholders_are_for_sitemaps_and_lists_only():
    url = "https://example.vn/{YYYY}-{M}.xml"
    assert values.dated_address(url) == url
    with pytest.raises(values.BadValueError, match="only in sitemaps and listings"):
        values.address(url)


def test_an_unknown_placeholder_is_refused():
    with pytest.raises(values.BadValueError, match=r"allowed: \{YYYY\} \{YY\} \{MM\}"):
        values.dated_address("https://example.vn/{H1}.xml")


def test_a_list_may_number_its_pages():
    url = "https://example.vn/{YYYY}/?page={page}"
    assert values.listing_address(url) == url


@pytest.mark.parametrize("url", ["https://a.vn/{page}/{page}", "https://a.vn/{trang}", "{page}"])
def test_other_numbering_of_pages_is_refused(url: str):
    with pytest.raises(values.BadValueError, match="allowed: "):
        values.listing_address(url)


def test_sitemaps_have_no_pages():
    with pytest.raises(values.BadValueError, match="unknown placeholder"):
        values.dated_address("https://a.vn/{page}.xml")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://Example.VN:443/a", "example.vn", id="usual-port"),
        pytest.param("http://127.0.0.1:8000/", "127.0.0.1:8000", id="own-port"),
        pytest.param("https://báo.vn/", "xn--bo-mia.vn", id="accents"),
        pytest.param("http://[::1]:80/", "[::1]", id="ipv6"),
        pytest.param("https://example.vn./", "example.vn", id="final-dot"),
    ],
)
def test_a_host_is_told_in_one_form(url: str, host: str):
    assert values.host_and_port(url) == host


@pytest.mark.parametrize(
    ("selector", "parts"),
    [
        pytest.param("h1", (("h1", None),), id="one"),
        pytest.param(
            "time@datetime, .date", (("time", "datetime"), (".date", None)), id="attribute"
        ),
        pytest.param("a[title='x, y'], b", (("a[title='x, y']", None), ("b", None)), id="quotes"),
        pytest.param("p:not(.a, .b)", (("p:not(.a, .b)", None),), id="brackets"),
        pytest.param("a[href='x@y']", (("a[href='x@y']", None),), id="sign-inside"),
    ],
)
def test_a_selector_is_parted_into_alternatives(selector: str, parts: object):
    assert values.alternatives(selector) == parts


@pytest.mark.parametrize(
    "selector",
    ["div..x", "@content", "a,,b", "p[", "a:no-such", "", ":not(" * 300, "p:contains('x')", "> p"],
)
def test_what_is_no_selector_is_refused(selector: str):
    with pytest.raises(values.BadValueError, match="allowed: "):
        values.selector(selector)


@pytest.mark.parametrize(
    "selector",
    ["meta[itemprop=datePublished]@content", ".a > b:not(.c)", "div:has(> img)", "p:is(b)"],
)
def test_what_the_tree_can_be_asked_is_a_selector(selector: str):
    assert values.selector(selector) == selector


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "%d-%m-%Y - %H:%M %p", "%Y-%m-%dT%H:%M:%S%z"])
def test_date_formats_are_let_pass(form: str):
    assert values.date_format(form) == form


@pytest.mark.parametrize("form", ["DD/MM/YYYY", "%d/%m %H:%M", "%Y %Q", "%Y %", "%Y %Y"])
def test_what_is_no_date_format_is_refused(form: str):
    with pytest.raises(values.BadValueError, match="allowed: strptime directives with a year"):
        values.date_format(form)


@pytest.mark.parametrize("number", [True, "1", -0.1, float("nan"), float("inf"), 3_601, 10**400])
def test_what_is_no_delay_is_refused(number: object):
    with pytest.raises(values.BadValueError, match="0 to 3600 seconds"):
        values.delay(number)


@pytest.mark.parametrize("host", ["https://example.vn", "example.vn/a", "-x.vn", "a b", "exa_mple"])
def test_what_is_no_host_is_refused(host: str):
    with pytest.raises(values.BadValueError, match="allowed: host or host:port"):
        values.host_name(host)


def test_names_are_composed():
    assert values.name("Tho\u031b\u0300i sự ") == "Thời sự"
