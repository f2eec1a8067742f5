"""From bytes to text: header, byte order mark, declaration, content, in this order of trust."""

import codecs
import gzip
import unicodedata

import pytest

from crawler.charsets import MAX_XML_BYTES, decode, inflated, xml_text
from crawler.errors import FeedError
from tests.crawler.test_legacy import FRENCH, GERMAN, PLAIN, TCVN3, VNI

RUSSIAN = "Город открыл новый центр цифровых услуг для жителей, и он работает каждый день."
JAPANESE = "市は新しいデジタル窓口を開きました。毎日、住民が利用しています。"


def html(text, charset=""):
    declared = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{declared}<title>t</title></head><body>{text}</body></html>"


def in_windows_1258(text):
    """The letters as Windows writes them: base letter with its vowel mark, then the tone."""
    found = []
    for sign in text:
        spread = unicodedata.normalize("NFD", sign)
        tone = next((mark for mark in spread if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        found.append(unicodedata.normalize("NFC", spread.replace(tone, "") if tone else spread))
        found.append(tone)
    return "".join(found).encode("cp1258")


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(html(PLAIN).encode(), "", id="undeclared-utf-8"),
        pytest.param(html(PLAIN).encode(), "text/html; charset=ISO-8859-1", id="server-default"),
        pytest.param(html(PLAIN, "windows-1252").encode(), "", id="wrong-meta"),
        pytest.param(html(PLAIN, "utf-16").encode(), "", id="utf-16-said"),
        pytest.param(html(PLAIN, "khong-co").encode(), "", id="no-such-charset"),
        pytest.param(codecs.BOM_UTF8 + html(PLAIN).encode(), "", id="byte-order-mark"),
        pytest.param(codecs.BOM_UTF16_LE + html(PLAIN).encode("utf-16-le"), "", id="utf-16-le"),
        pytest.param(codecs.BOM_UTF16_BE + html(PLAIN).encode("utf-16-be"), "", id="utf-16-be"),
        pytest.param(html(PLAIN).encode("utf-16-le"), "", id="utf-16-unmarked"),
        pytest.param(
            codecs.BOM_UTF16_LE + html(PLAIN).encode("utf-16-le"),
            "text/html; charset=utf-8",
            id="header-says-utf-8-over-utf-16",
        ),
        pytest.param(html(PLAIN).encode("utf-16-le"), "x; charset=utf-16", id="utf-16-header"),
        pytest.param(in_windows_1258(html(PLAIN)), "text/html; charset=windows-1258", id="cp1258"),
        pytest.param(in_windows_1258(html(PLAIN, "windows-1258")), "", id="cp1258-meta"),
        pytest.param(in_windows_1258(html(PLAIN)), "", id="cp1258-undeclared"),
        pytest.param(
            in_windows_1258(html(PLAIN, "windows-1258")),
            "text/html; charset=iso-8859-1",
            id="cp1258-under-server-default",
        ),
        pytest.param(html(TCVN3).encode("latin-1"), "", id="tcvn3-undeclared"),
        pytest.param(html(TCVN3, "iso-8859-1").encode("latin-1"), "", id="tcvn3-as-latin-1"),
        pytest.param(html(TCVN3, "windows-1258").encode("latin-1"), "", id="tcvn3-as-cp1258"),
        pytest.param(html(TCVN3).encode(), "text/html; charset=utf-8", id="tcvn3-in-utf-8"),
        pytest.param(html(TCVN3, "x-viet-tcvn").encode("latin-1"), "", id="tcvn-declared"),
        pytest.param(html(VNI, "x-user-defined").encode("latin-1"), "", id="vni"),
        pytest.param(html(VNI).encode(), "", id="vni-in-utf-8"),
        pytest.param(html(unicodedata.normalize("NFD", PLAIN)).encode(), "", id="decomposed"),
        pytest.param(html(PLAIN[:40] + unicodedata.normalize("NFD", PLAIN[40:])).encode(), "",
                     id="half-decomposed"),
    ],
)  # fmt: skip
def test_vietnamese_is_read_however_it_is_written(body, header):
    found = decode(body, header)
    assert PLAIN in found
    assert found == unicodedata.normalize("NFC", found)


def test_viscii_is_read_where_it_is_declared():
    written = b"Th\xe0nh ph\xaf H\xb0 Ch\xed Minh \xf0\xa6y m\xd5nh chuy\xacn \xf0\xb1i s\xaf"
    found = decode(b'<meta charset="viscii">' + written)
    assert found.endswith("Thành phố Hồ Chí Minh đẩy mạnh chuyển đổi số")


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        pytest.param(RUSSIAN, "koi8-r", id="koi8-r"),
        pytest.param(RUSSIAN, "windows-1251", id="windows-1251"),
        pytest.param(JAPANESE, "shift_jis", id="shift-jis"),
        pytest.param(JAPANESE, "euc-jp", id="euc-jp"),
        pytest.param("Zażółć gęślą jaźń, proszę.", "iso-8859-2", id="iso-8859-2"),
        pytest.param(FRENCH.replace("’", "'"), "iso-8859-1", id="french"),
        pytest.param(GERMAN, "windows-1252", id="german"),
    ],
)
@pytest.mark.parametrize("place", ["header", "meta"])
def test_a_declared_character_set_is_believed(text, charset, place):
    body = html(text, charset if place == "meta" else "").encode(charset)
    header = f"text/html; charset={charset}" if place == "header" else "text/html"
    assert text in decode(body, header)


def test_the_header_is_believed_before_the_document():
    body = html(RUSSIAN, "windows-1251").encode("koi8-r")
    assert RUSSIAN in decode(body, "text/html; charset=koi8-r")


def test_a_header_that_the_bytes_contradict_gives_way_to_the_document():
    body = html(JAPANESE, "euc-jp").encode("euc-jp")
    assert JAPANESE in decode(body, "text/html; charset=utf-8")


def test_a_declaration_far_behind_the_start_is_found():
    page = f"<html><head><script>{'x' * 3_000}</script><meta charset='koi8-r'></head>{RUSSIAN}"
    assert RUSSIAN in decode(page.encode("koi8-r"))


def test_undeclared_western_text_is_western():
    assert decode(FRENCH.encode("cp1252")) == FRENCH


def test_a_page_cut_off_within_a_letter_stays_utf_8():
    body = html(PLAIN).encode() + "ố".encode()[:2]
    assert PLAIN in decode(body, "text/html; charset=utf-8")


def test_names_of_codecs_that_are_no_character_set_are_not_used():
    body = b"caf\xe9 \\u0041"
    assert decode(body, "text/html; charset=unicode_escape") == "café \\u0041"


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"\xff\xfe", b"\0", b"\x00\xd8" * 40, bytes(range(256))]
)
def test_any_bytes_give_some_text(body):
    for header in ("", "text/html; charset=utf-16", "x; charset=viscii", "x; charset=gb18030"):
        assert isinstance(decode(body, header), str)


def test_xml_comes_without_prolog_mark_and_control_characters():
    body = codecs.BOM_UTF8 + b'\r\n<?xml version="1.0" encoding="utf-16"?>\n<a>\x00b\x0b</a>'
    assert xml_text(body) == "<a>b</a>"


def test_nested_gzip_is_unpacked_once():
    assert inflated(gzip.compress(gzip.compress(b"<a/>"))).startswith(b"\x1f\x8b")


def test_a_bomb_of_gzip_is_stopped_before_it_is_unpacked():
    with pytest.raises(FeedError, match="when unpacked"):
        inflated(gzip.compress(b"\0" * (4 * MAX_XML_BYTES)))
