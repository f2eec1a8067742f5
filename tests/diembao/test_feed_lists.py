"""'sources import-opml' and 'export-opml': feeds from and to feed readers."""

import pytest

from crawler.opml import Outline, read_opml, write_opml

NEW = Outline("Báo Khác", "https://www.khac.example/rss/home.rss", "https://www.khac.example/")


@pytest.fixture
def own(program):
    """The program with a folder for own sources."""
    (program.folder / "own").mkdir()
    return program.having(EXTRA_SOURCES_DIR=program.folder / "own")


def write(program, *outlines):
    path = program.folder / "danh-sach.opml"
    path.write_bytes(write_opml("Danh sách", {"Báo": outlines}))
    return path


def written(program):
    return sorted(path.name for path in (program.folder / "own").iterdir())


def test_export_gives_the_feeds_of_all_enabled_sources_by_kind(program, standing):
    done = program.ok("sources", "export-opml")
    feeds = [outline.feed for outline in read_opml(done.out.encode(), "x")]
    assert feeds == [
        f"{standing.address('bennghemoi')}/rss/home.rss",
        f"{standing.address('thuongcangmoi')}/feed/atom/",
        f"{standing.address('dothisophuongnam')}/web/do-thi-so/feed.json",
    ]
    assert done.out.index('text="press"') < done.out.index('text="official"')


def test_export_leaves_out_what_is_switched_off(program):
    program.ok("sources", "disable", "bennghemoi")
    path = program.folder / "ra.opml"
    done = program.ok("sources", "export-opml", path)
    assert done.out == ""
    assert len(read_opml(path.read_bytes(), "x")) == 2


def test_export_comes_back_as_the_same_feeds(own):
    path = own.folder / "ra.opml"
    own.ok("sources", "export-opml", path)
    (own.folder / "none").mkdir()
    empty = own.having(SOURCES_DIR=own.folder / "none")
    empty.ok("sources", "import-opml", path)
    feeds = {feed for row in empty.ok("sources", "list").rows for feed in shown(empty, row["id"])}
    assert feeds == {outline.feed for outline in read_opml(path.read_bytes(), "x")}


def shown(program, name):
    return program.ok("sources", "show", name).rows[0]["feeds"]


def test_import_skips_and_names_known_feeds(own, standing):
    known = f"{standing.address('bennghemoi')}/rss/home.rss"
    done = own.ok("sources", "import-opml", write(own, Outline("Cũ", f"{known}?utm_source=x")))
    assert done.err == f"{known}?utm_source=x: known already, of bennghemoi\n"
    assert written(own) == []


def test_import_of_an_unknown_outlet_is_switched_off_until_its_pattern_is_set(own):
    done = own.ok("sources", "import-opml", write(own, NEW))
    assert "off until its article_pattern is set" in done.err
    text = (own.folder / "own" / "khac_example.toml").read_text("utf-8")
    assert "check by `diembao sources check khac_example`" in text
    assert "diembao sources add https://www.khac.example/" in text
    row = own.ok("sources", "show", "khac_example").rows[0]
    assert (row["name"], row["enabled"], row["feeds"]) == ("Báo Khác", False, [NEW.feed])


def test_import_of_another_feed_of_a_known_host_takes_its_pattern(own, standing):
    feed = f"{standing.address('bennghemoi')}/rss/do-thi.rss"
    own.ok("sources", "import-opml", write(own, Outline("Đô thị", feed)))
    (name,) = written(own)
    row = own.ok("sources", "show", name.removesuffix(".toml")).rows[0]
    assert (row["enabled"], row["article_pattern"]) == (True, r"-post\d+\.html$")


def test_import_gives_two_feeds_of_one_host_two_files(own):
    other = Outline("Số", "https://www.khac.example/rss/so.rss")
    own.ok("sources", "import-opml", write(own, NEW, other))
    assert written(own) == ["khac_example.toml", "khac_example_2.toml"]


def test_second_import_writes_nothing_anew(own):
    path = write(own, NEW)
    own.ok("sources", "import-opml", path)
    done = own.ok("sources", "import-opml", path)
    assert "known already" in done.err
    assert written(own) == ["khac_example.toml"]


def test_import_never_overwrites_a_file(own):
    (own.folder / "own" / "khac_example.toml").write_text("name = \n", "utf-8")
    own.run("sources", "import-opml", write(own, NEW))
    assert (own.folder / "own" / "khac_example.toml").read_text("utf-8") == "name = \n"
    assert written(own) == ["khac_example.toml", "khac_example_2.toml"]


def test_hostile_titles_stay_titles(own):
    title = "Báo\n[extract]\nbody = 'x' \x1b[31m"
    own.ok("sources", "import-opml", write(own, Outline(title.replace("\x1b", ""), NEW.feed)))
    (name,) = written(own)
    assert own.ok("sources", "show", name.removesuffix(".toml")).rows[0]["name"].startswith("Báo [")


def test_import_without_a_folder_is_wrong_use(program):
    done = program.run("sources", "import-opml", write(program, NEW))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "EXTRA_SOURCES_DIR" in done.err


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [(b"<html></html>", 1, "HTML page"), (None, 2, "No such file"), (b"<opml/>", 0, "no feeds")],
)
def test_file_without_feeds_is_named_in_one_line(own, body, code, words):
    path = own.folder / "la.opml"
    if body is not None:
        path.write_bytes(body)
    done = own.run("sources", "import-opml", path)
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert words in done.err
