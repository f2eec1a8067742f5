"""'sources add': from a homepage to a source file, and what it refuses."""

import pytest

from crawler.source_text import read_back
from tests.diembao.program import new_program

OUTLET = "bennghemoi"


@pytest.fixture(scope="module")
def known(standing):
    """The address of an outlet of the sample newsroom."""
    return standing.address(OUTLET)


@pytest.fixture(scope="module")
def added(standing, tmp_path_factory):
    """What 'add' does with a sample outlet and a folder for own sources."""
    folder = tmp_path_factory.mktemp("added")
    (folder / "own").mkdir()
    program = new_program(folder, standing).having(EXTRA_SOURCES_DIR=folder / "own")
    return program, program.run("sources", "add", standing.address(OUTLET), "--id", "bnm")


@pytest.fixture
def own(program):
    """The program with a folder for own sources."""
    (program.folder / "own").mkdir()
    return program.having(EXTRA_SOURCES_DIR=program.folder / "own")


def test_add_writes_a_file_that_the_program_takes(added):
    program, done = added
    assert (done.code, done.out) == (0, "")
    row = program.ok("sources", "show", "bnm").rows[0]
    assert (row["name"], row["enabled"]) == ("Bến Nghé Mới", True)
    assert row["article_pattern"] == r"-post\d{5,7}\.html$"


def test_file_begins_with_what_to_do_and_what_was_found(added):
    program, _ = added
    lines = (program.folder / "own" / "bnm.toml").read_text("utf-8").splitlines()
    assert lines[0].endswith(": check by `diembao sources check bnm`")
    assert all(line.startswith("# ") for line in lines[:5])
    assert [line for line in lines if line.startswith("# Found: feed ")]


def test_add_tells_in_a_few_lines_what_was_asked_and_found(added, known):
    _, done = added
    lines = done.err.splitlines()
    assert len(lines) <= 8
    assert lines[0] == f"{known}/: homepage with 28 links"
    assert lines[1] == f"{known}/rss/home.rss: feed with 15 items"
    assert f"sitemap: nothing at {known}/sitemap.xml; HTTP 404" in lines
    assert lines[-1].endswith("now: diembao sources check bnm")


def test_added_source_passes_its_check(added):
    program, _ = added
    done = program.ok("sources", "check", "bnm", "--format", "json")
    assert done.json[-1]["came"] == "fine"


def test_add_never_overwrites_without_force(added, known):
    program, _ = added
    before = (program.folder / "own" / "bnm.toml").read_text("utf-8")
    done = program.called("sources", "add", known, "--id", "bnm")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--force" in done.err
    assert (program.folder / "own" / "bnm.toml").read_text("utf-8") == before


def test_id_of_a_known_source_is_refused_before_anything_is_asked(own, newsroom):
    done = own.called("sources", "add", newsroom.address(OUTLET), "--id", OUTLET)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "Bến Nghé Mới" in done.err
    assert newsroom.requests == []


def test_outlet_that_shows_nothing_is_proposed_switched_off(program, newsroom):
    for item in newsroom.items(OUTLET):
        newsroom.withdraw(item.article.id)
    done = program.run("sources", "add", newsroom.address(OUTLET), "--id", "trong")
    assert done.code == 1
    assert not read_back("trong", done.out).enabled
    assert "EXTRA_SOURCES_DIR" in done.err.splitlines()[-1]


def test_homepage_that_cannot_be_had_fails_with_one_line(own):
    done = own.called("sources", "add", "http://127.0.0.1:1")
    assert (done.code, done.err.count("\n"), done.out) == (1, 1, "")
    assert "http://127.0.0.1:1/" in done.err
    assert not list((own.folder / "own").iterdir())


def test_private_address_is_refused_unless_allowed(own, newsroom):
    careful = own.having(ALLOW_PRIVATE_NETWORKS=None)
    assert careful.called("sources", "add", newsroom.address(OUTLET)).code == 1
    assert newsroom.requests == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ftp://baomau.example/"], "URL"),
        (["https://"], "URL"),
        (["https://u:p@baomau.example/"], "URL"),
        (["baomau.example:99999"], "URL"),
        (["baomau.example", "--id", "Bao Mau"], "--id"),
        (["baomau.example", "--output", "mau.json"], "--output"),
        (["baomau.example", "--output", "mau.toml", "--id", "khac"], "--output"),
    ],
)
def test_wrong_use_is_told_in_one_line(own, arguments, words):
    done = own.called("sources", "add", *arguments)
    assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")
    assert words in done.err
