import sys
from datetime import UTC, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from diembao.failures import UsageError
from diembao.warc import write_warc
from messages.catalogue import _
from storage.snapshots import Leaf, pack
from storage.tables import Snapshot

NOW = datetime(2025, 11, 28, 2, 0, tzinfo=UTC)


def records(path):
    """Type, address, headers and body of each record, as warcio's own reader has them."""
    with path.open("rb") as file:
        return [
            (record.rec_type, record.rec_headers, record.http_headers,
             record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]  # fmt: skip


def snapshot(*leaves):
    packed = pack(leaves, NOW)
    return Snapshot(article_id=1, url=packed.url, fetched_at=NOW, size=packed.size,
                    page=packed.page)  # fmt: skip


def test_export_gives_the_pages_of_the_articles_chosen(crawled, tmp_path):
    path = tmp_path / "pages.warc.gz"
    news = crawled.program.ok(
        "articles", "list", "--source", "bennghemoi", "--format", "jsonl"
    ).rows
    done = crawled.program.ok("articles", "export", "--source", "bennghemoi", "--warc", path)
    about, *pages = records(path)
    assert about[0] == "warcinfo"
    assert {kind for kind, *_rest in pages} == {"response"}
    addresses = {headers["WARC-Target-URI"] for _kind, headers, *_rest in pages}
    assert addresses == {article["url"] for article in news}
    assert all(article["title"].encode() in b"".join(p[-1] for p in pages) for article in news)
    assert f"{path}: {len(news)} pages" in done.err
    assert done.out == ""


@pytest.mark.parametrize("name", ["pages.warc", "pages.warc.gz"])
def test_page_comes_back_as_it_was_fetched(tmp_path, name):
    leaves = [
        Leaf("https://a.example/1", "text/html; charset=utf-8", "<p>Kho dữ liệu".encode()),
        Leaf("https://a.example/1?trang=2", "text/html\r\nX-Evil: 1", b""),
    ]
    assert write_warc(tmp_path / name, [snapshot(*leaves)]) == 2
    _about, first, second = records(tmp_path / name)
    assert (first[1]["WARC-Date"], first[2]["Content-Type"]) == (
        "2025-11-28T02:00:00Z", leaves[0].content_type,
    )  # fmt: skip
    assert first[-1] == leaves[0].body
    assert second[2]["X-Evil"] is None
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_without_the_extra_one_line_says_what_is_missing(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("warcio")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "warcio", None)
    _.choose("en")
    with pytest.raises(UsageError, match=r"pip install diembao\[warc\]"):
        write_warc(tmp_path / "pages.warc", [])
    assert list(tmp_path.iterdir()) == []


def test_file_that_can_not_be_written_is_named(crawled, tmp_path):
    path = tmp_path / "nowhere" / "pages.warc"
    done = crawled.program.run("articles", "export", "--warc", path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert str(path) in done.err
