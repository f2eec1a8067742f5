import tomllib

import pytest

from crawler.errors import SourceError
from crawler.source_text import NO_PATTERN, Proposal, read_back, source_text
from crawler.sources import belongs

WHOLE = Proposal(
    id="baomau",
    name='Báo "Mẫu" \\ Sông',
    homepage="https://baomau.example/",
    pattern=r"-post\d+\.html$",
    kind="official",
    feeds=("https://baomau.example/rss/home.rss", "https://baomau.example/rss/so.rss"),
    sitemaps=("https://baomau.example/sitemap.xml",),
    hosts=("m.baomau.example",),
    delay=2.5,
    extract={"title": "h1.tieu-de", "body": "[itemprop~='articleBody']"},
    remarks=("Proposed 2026-11-25: check by `diembao sources check baomau`",),
)


def test_loader_reads_back_what_was_written():
    source = read_back("baomau", source_text(WHOLE))
    assert (source.id, source.name, source.kind) == ("baomau", WHOLE.name, "official")
    assert (source.feeds, source.sitemaps) == (WHOLE.feeds, WHOLE.sitemaps)
    assert (source.article_pattern, source.politeness.delay) == (WHOLE.pattern, 2.5)
    assert "m.baomau.example" in source.hosts
    assert (source.extract.title, source.extract.body) == tuple(WHOLE.extract.values())


def test_remarks_are_comments_of_one_line_each():
    remarks = ("một\nname = 'x'", "\x1b[31mhai\r\n[extract]", "d" * 1_000)
    text = source_text(Proposal("a", "A", "https://a.vn/", enabled=False, remarks=remarks))
    assert [line[:2] for line in text.splitlines()[:3]] == ["# "] * 3
    assert "\x1b" not in text
    assert tomllib.loads(text)["name"] == "A"


def test_pattern_with_a_quotation_mark_survives():
    text = source_text(Proposal("a", "A", "https://a.vn/", r"'\d+$", enabled=False))
    assert read_back("a", text).article_pattern == r"'\d+$"


def test_without_a_pattern_no_address_is_an_article():
    text = source_text(Proposal("a", "A", "https://a.vn/", enabled=False))
    source = read_back("a", text)
    assert source.article_pattern == NO_PATTERN
    assert not belongs(source, "https://a.vn/")


def test_what_the_loader_would_refuse_is_not_written():
    with pytest.raises(SourceError, match=r"a\.toml"):
        source_text(Proposal("a", "A", "https://a.vn/", "(a+)+$"))
