from dataclasses import replace

import pytest

from crawler.documents import Candidate, Page
from crawler.sources import read_source
from scheduler.intake import Archive
from scheduler.retagging import retag
from storage import events, looking, revisions, snapshots
from storage.batches import Part
from storage.snapshots import Leaf, pack
from storage.tables import Article
from tests.storage.sample import DATA_LAKE, FLOOD, NOW

SOURCE = """
name = "Bến Nghé Mới"
homepage = "https://bennghemoi.example/"
enabled = false
article_pattern = '-post\\d+\\.html$'
[extract]
body = ".noi-dung"
"""
ADDRESS = "https://bennghemoi.example/bai-post{}.html"


def html(text, title="Kho dữ liệu dùng chung của TP.HCM"):
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    return (
        f"<html lang=vi><title>{title}</title><h1>{title}</h1>"
        f"<div class=hop-phu><p>Bài viết do phòng tin tổng hợp.</p></div>"
        f"<div class=noi-dung>{paragraphs}<p class=moi>Câu mời bạn đọc gọi tòa soạn.</p></div>"
    ).encode()


@pytest.fixture
def sources(tmp_path):
    path = tmp_path / "bennghemoi.toml"
    path.write_text(SOURCE, "utf-8")
    return {"bennghemoi": read_source(path)}


@pytest.fixture
async def archive(database, sources, readers, clock):
    """An archive with two articles, read with selectors that let an invitation pass."""
    made = Archive(database, sources, [], 0.0, readers, clock)
    for number, text in enumerate((DATA_LAKE, FLOOD)):
        address = ADDRESS.format(number)
        page = Page(address, html(text, f"Kho dữ liệu số {number} của TP.HCM"), NOW, "text/html")
        taken = await made.take(Candidate("bennghemoi", address, address), page)
        assert taken.outcome == "new"
    return made


def mended(archive):
    source = archive.sources["bennghemoi"]
    archive.sources["bennghemoi"] = replace(source, extract=replace(source.extract, drop=(".moi",)))


def article(archive, number=0):
    with archive.database.reading() as session:
        return looking.article_at(session, ADDRESS.format(number))


def told(archive):
    with archive.database.reading() as session:
        return [event.type for event in events.after(session, 0, 99)]


async def test_mended_selectors_reach_what_is_stored(archive):
    assert "gọi tòa soạn" in article(archive).text
    mended(archive)
    done = await retag(archive, Part(), reextract=True)
    assert (done.seen, done.changed, done.fields["text"], done.errors) == (2, 2, 2, [])
    now = article(archive)
    assert "gọi tòa soạn" not in now.text
    assert now.revised_at is None
    assert told(archive) == ["article.published"] * 2
    with archive.database.reading() as session:
        assert revisions.of_article(session, now.id) == []


async def test_look_after_a_fix_of_ours_finds_no_revision(archive):
    mended(archive)
    known = article(archive)
    page = Page(known.url, html(DATA_LAKE, known.title) + b"<!-- 1 -->", NOW, "text/html")
    candidate = Candidate("bennghemoi", known.url, known.canonical_url, known=True)
    assert (await archive.take(candidate, page)).outcome == "unchanged"
    assert "gọi tòa soạn" not in article(archive).text
    assert told(archive) == ["article.published"] * 2


async def test_look_after_a_fix_of_ours_finds_what_the_outlet_changed(archive):
    mended(archive)
    known = article(archive)
    page = Page(known.url, html(f"{DATA_LAKE}\n\nThêm 12 phường.", known.title), NOW, "text/html")
    candidate = Candidate("bennghemoi", known.url, known.canonical_url, known=True)
    assert (await archive.take(candidate, page)).outcome == "revised"
    with archive.database.reading() as session:
        (kept,) = revisions.of_article(session, known.id)
    assert [op[1].strip() for op in kept.changes["text"] if op[0] in "-+"] == ["Thêm 12 phường."]


async def test_reading_anew_with_the_same_selectors_changes_nothing(archive):
    before = article(archive)
    done = await retag(archive, Part(), reextract=True)
    assert (done.seen, done.changed) == (2, 0)
    assert article(archive) == before


async def test_what_was_interrupted_may_be_started_once_more(archive):
    mended(archive)

    class StoppedError(Exception):
        pass

    def stop(_):
        raise StoppedError

    with pytest.raises(StoppedError):
        await retag(archive, Part(), reextract=True, batch=1, tell=stop)
    assert "gọi tòa soạn" not in article(archive, 0).text
    assert "gọi tòa soạn" in article(archive, 1).text
    seen = []
    done = await retag(archive, Part(), reextract=True, batch=1, tell=lambda d: seen.append(d.seen))
    assert (done.changed, seen) == (1, [1, 2])
    assert "gọi tòa soạn" not in article(archive, 1).text


async def test_only_the_part_that_is_asked_for_is_read(archive):
    assert (await retag(archive, Part(("nhipphosong",)), reextract=True)).seen == 0
    assert (await retag(archive, Part(("bennghemoi",)), reextract=True)).seen == 2


async def test_higher_threshold_takes_news_off_topic_and_a_lower_one_brings_it_back(archive):
    archive.threshold = 1.01
    done = await retag(archive, Part())
    assert (done.off_topic, done.on_topic, done.fields["status"]) == (2, 0, 2)
    assert (article(archive).status, article(archive).next_look_at) == ("off_topic", None)
    archive.threshold = 0.0
    done = await retag(archive, Part())
    assert (done.off_topic, done.on_topic) == (0, 2)
    assert article(archive).next_look_at is not None
    assert told(archive) == ["article.published"] * 4


async def test_page_that_can_not_be_read_is_named_and_keeps_its_article(archive):
    before = article(archive)
    with archive.database.writing() as session:
        empty = Leaf(before.url, "text/html", b"<p>Bao tri</p>")
        snapshots.keep(session, before.id, pack([empty], NOW))
    done = await retag(archive, Part(), reextract=True)
    (error,) = done.errors
    assert error["url"] == before.canonical_url
    assert article(archive) == before


async def test_article_revised_meanwhile_is_left_alone(archive):
    mended(archive)
    reading = archive.readers.read

    async def meanwhile(*given, **named):
        read = await reading(*given, **named)
        with archive.database.writing() as session:
            session.get_one(Article, 1).revised_at = NOW
        return read

    class Slow:
        read = staticmethod(meanwhile)

    archive.readers = Slow()
    await retag(archive, Part(), reextract=True)
    assert "gọi tòa soạn" in article(archive, 0).text
