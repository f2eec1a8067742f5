import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import snapshots
from storage.batches import Part, articles_after, snapshots_after
from storage.errors import SnapshotError
from storage.snapshots import Leaf, pack, unpack
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, take

PAGE = Leaf("https://bennghemoi.example/bai-post1.html", "text/html", f"<p>{DATA_LAKE}".encode())


def _encodes(leaf):
    return not any("\ud800" <= sign <= "\udfff" for sign in leaf.url + leaf.content_type)


LEAVES = st.builds(Leaf, st.text(), st.text(), st.binary()).filter(_encodes)


@given(st.lists(LEAVES, min_size=1, max_size=4))
def test_packed_pages_are_unpacked_as_they_were(leaves):
    packed = pack(leaves, NOW)
    assert unpack(packed.page) == leaves
    assert packed.size == sum(len(leaf.body) for leaf in leaves)


def test_packed_page_takes_less_room():
    assert len(pack([Leaf("u", "t", PAGE.body * 20)], NOW).page) < len(PAGE.body)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>", id="not-packed"),
        pytest.param(pack([PAGE], NOW).page[:-9], id="cut-off"),
        pytest.param(snapshots.zstd.compress(b"\0\0\0\xff12"), id="part-too-long"),
        pytest.param(snapshots.zstd.compress(b"\0\0"), id="length-cut-off"),
        pytest.param(snapshots.zstd.compress(b"\0\0\0\x01a"), id="no-body"),
        pytest.param(snapshots.zstd.compress(bytes(129 * 1024 * 1024)), id="bomb"),
    ],
)
def test_damaged_snapshot_is_named(page):
    with pytest.raises(SnapshotError, match="snapshot is"):
        unpack(page)


@pytest.fixture
def kept(database):
    """Two articles, of which the second has a snapshot."""
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
        article_id = take(session, 2, FLOOD, source="nhipphosong").article_id
        snapshots.keep(session, article_id, pack([PAGE], NOW))
    return database, article_id


def pages(database):
    with database.reading() as session:
        found = snapshots.of_articles(session, [1, 2, 3])
        return {row.article_id: unpack(row.page) for row in found}


def test_snapshot_is_kept_with_its_article(kept):
    database, article_id = kept
    assert pages(database) == {article_id: [PAGE]}


def test_later_page_takes_the_earlier_ones_place(kept):
    database, article_id = kept
    other = Leaf(PAGE.url, "text/html", b"<p>khac")
    with database.writing() as session:
        snapshots.keep(session, article_id, pack([other], NOW))
    assert pages(database) == {article_id: [other]}


def test_page_an_article_is_no_longer_read_from_is_dropped(kept):
    database, article_id = kept
    with database.writing() as session:
        snapshots.keep(session, article_id, None)
    assert pages(database) == {}
    with database.writing() as session:
        snapshots.keep(session, article_id, None)


@pytest.mark.parametrize(
    ("part", "position", "all_of_them", "with_page"),
    [
        pytest.param(Part(), 0, [1, 2], [2], id="all"),
        pytest.param(Part(), 1, [2], [2], id="from-the-second-on"),
        pytest.param(Part(("bennghemoi",)), 0, [1], [], id="of-a-source"),
        pytest.param(Part(since=NOW), 0, [1, 2], [2], id="since-then"),
        pytest.param(Part(since=NOW.replace(year=2026)), 0, [], [], id="since-later"),
    ],
)
def test_batch_holds_what_comes_next(kept, part, position, all_of_them, with_page):
    database, _ = kept
    with database.reading() as session:
        articles = [article.id for article, _ in articles_after(session, position, part, 9)]
        snapped = [article.id for article, _ in snapshots_after(session, position, part, 9)]
        assert (articles, snapped) == (all_of_them, with_page)
        assert len(articles_after(session, 0, Part(), 1)) == 1
