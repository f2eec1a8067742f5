import asyncio
import os

import pytest

from crawler.documents import Page
from crawler.errors import ExtractionError
from scheduler.readers import Readers
from tests.storage.sample import DATA_LAKE, NOW

BODY = "".join(f"<p>{part}</p>" for part in DATA_LAKE.split("\n\n"))
HTML = f"<html><head><title>Kho dữ liệu</title></head><body><h1>Kho dữ liệu</h1>{BODY}</body>"


def page(number=1, html=HTML):
    address = f"https://bennghemoi.example/bai-post{number}.html"
    return Page(address, html.encode(), NOW, "text/html; charset=utf-8")


class Deadly(Page):
    """A page that ends the process which is to read it."""

    def __reduce__(self):
        return os._exit, (9,)


DEADLY = Deadly("https://xau.example/chet-post1.html", b"", NOW)


async def test_page_is_read_and_judged_in_another_process(readers):
    read = await readers.read(page(), None, None, 0.5)
    document, judgement = read.document, read.judgement
    assert document.canonical_url == "https://bennghemoi.example/bai-post1.html"
    assert DATA_LAKE.split("\n\n")[-1] in document.text
    assert judgement.fingerprint.syllables > 100


@pytest.mark.parametrize(
    ("threshold", "relevant"), [(0.0, True), (1.01, False)], ids=["lowest", "beyond-reach"]
)
async def test_threshold_decides(readers, threshold, relevant):
    read = await readers.read(page(), None, None, threshold)
    assert read.judgement.relevance.relevant == relevant


async def test_page_without_an_article_is_named(readers):
    with pytest.raises(ExtractionError, match=r"bai-post7\.html"):
        await readers.read(page(7, "<html><body>Lỗi</body></html>"), None, None, 0.5)


async def test_page_that_kills_its_reader_is_named_and_takes_no_other_along():
    readers = Readers(processes=1)
    try:
        found = await asyncio.gather(
            *(readers.read(p, None, None, 0.5) for p in (page(1), DEADLY, page(2))),
            return_exceptions=True,
        )
    finally:
        readers.close()
    assert isinstance(found[1], ExtractionError)
    assert str(found[1]) == f"{DEADLY.url}: reading it killed the reader twice"
    addresses = [read.document.canonical_url for read in (found[0], found[2])]
    assert addresses == [page(1).url, page(2).url]


async def test_processes_are_replaced_after_their_share_and_no_page_is_lost():
    readers = Readers(processes=2, pages_per_process=3)
    try:
        found = await asyncio.gather(
            *(readers.read(page(number), None, None, 0.5) for number in range(20))
        )
    finally:
        readers.close()
    addresses = [read.document.canonical_url for read in found]
    assert addresses == [page(number).url for number in range(20)]


async def test_closed_readers_may_be_used_again():
    readers = Readers(processes=1)
    for _ in range(2):
        document = (await readers.read(page(), None, None, 0.5)).document
        readers.close()
        assert document.title == "Kho dữ liệu"
