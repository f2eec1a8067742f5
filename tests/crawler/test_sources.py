"""Source files: what is read from them, and how their faults are told."""

import pickle
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawler.errors import SourceError
from crawler.sources import (
    MAX_FILE_BYTES,
    Extract,
    Politeness,
    Poll,
    belongs,
    expand,
    read_folder,
    read_source,
)

WHOLE = r"""
name = "Báo Mẫu"
homepage = "https://www.bao-mau.example/"
kind = "official"
enabled = true
feeds = [
  "https://www.bao-mau.example/rss/home.rss",
]
sitemaps = ["https://www.bao-mau.example/news-{YYYY}-{M}.xml"]
listings = ["https://www.bao-mau.example/chuyen-doi-so/"]
article_pattern = '-post\d+\.html$'
hosts = ["m.bao-mau.example", "bao-mau-cu.example:8080"]

[politeness]
delay = 2
concurrency = 1

[poll]
every = "1s"
at_most = "2d"

[extract]
title = "h1.title"
date = "time@datetime, .date"
date_formats = ["%d/%m/%Y %H:%M"]
drop = [".related", "figcaption"]
""".lstrip()

LEAST = r"""
name = "Báo Mẫu"
homepage = "http://127.0.0.1:8000/"
article_pattern = '\.html$'
feeds = ["http://127.0.0.1:8000/rss"]
""".lstrip()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bao-mau.toml"


def fault_of(path: Path, text: str | bytes) -> str:
    """What reading a file with this text complains of, without the file's path."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourceError) as caught:
        read_source(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}:")
    return message.removeprefix(f"{path}:")


def test_all_keys_are_read(path: Path):
    path.write_text(WHOLE, "utf-8")
    source = read_source(path)
    assert (source.id, source.name, source.kind) == ("bao-mau", "Báo Mẫu", "official")
    assert source.sitemaps == ("https://www.bao-mau.example/news-{YYYY}-{M}.xml",)
    assert source.politeness == Politeness(2.0, 1)
    assert source.poll == Poll(timedelta(seconds=1), timedelta(days=2))
    assert source.extract.date == "time@datetime, .date"
    assert source.extract.drop == (".related", "figcaption")


def test_all_that_may_be_selected_is_read(path: Path):
    chosen = {
        "title": "h1", "lead": ".sapo", "body": ".body", "author": ".by", "date": "time",
        "section": ".cate a", "tags": ".tags a", "image": "img.main@data-src",
        "caption": ".chu-anh", "next": "a.trang-sau",
    }  # fmt: skip
    lines = "".join(f'{key} = "{selector}"\n' for key, selector in chosen.items())
    path.write_text(f"{LEAST}render = true\n[extract]\n{lines}", "utf-8")
    source = read_source(path)
    assert (source.render, source.extract) == (True, Extract(**chosen))


def test_what_is_not_said_has_a_default(path: Path):
    path.write_text(LEAST, "utf-8")
    source = read_source(path)
    assert (source.kind, source.enabled, source.render) == ("press", True, False)
    assert source.politeness == Politeness(1.0, 2)
    assert source.poll == Poll(timedelta(minutes=10), timedelta(hours=6))
    assert source.extract == Extract()


def test_hosts_hold_the_homepage_its_twin_and_the_others(path: Path):
    path.write_text(WHOLE, "utf-8")
    source = read_source(path)
    assert source.hosts[:2] == ("www.bao-mau.example", "bao-mau.example")
    assert source.hosts[2:] == ("m.bao-mau.example", "bao-mau-cu.example:8080")


def test_an_ip_address_has_no_twin(path: Path):
    path.write_text(LEAST, "utf-8")
    assert read_source(path).hosts == ("127.0.0.1:8000",)


def test_a_long_pause_lengthens_the_longest(path: Path):
    path.write_text(LEAST + '[poll]\nevery = "1d"\n', "utf-8")
    assert read_source(path).poll == Poll(timedelta(days=1), timedelta(days=1))


def test_an_outlet_that_is_off_needs_nothing_to_read(path: Path):
    path.write_text(LEAST.replace("feeds = ", "enabled = false\nlistings = []\n#"), "utf-8")
    assert not read_source(path).enabled


def test_a_byte_order_mark_does_no_harm(path: Path):
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert read_source(path).name == "Báo Mẫu"


def test_a_source_survives_the_way_to_another_process(path: Path):
    path.write_text(WHOLE, "utf-8")
    source = read_source(path)
    assert pickle.loads(pickle.dumps(source)) == source  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param('"1s"', '"10 parsecs"', "18: poll.every: '10 parsecs' is not a", id="span"),
        pytest.param('"2d"', '"0s"', "19: poll.at_most: '0s' is not a duration", id="no-span"),
        pytest.param('every = "1s"', 'every = "3d"', "19: poll.at_most: is shorter", id="shorter"),
        pytest.param("delay = 2", "delay = -1", "14: politeness.delay: -1 is not", id="delay"),
        pytest.param("= 1\n", "= 1.5\n", "15: politeness.concurrency: 1.5 is", id="concurrency"),
        pytest.param('"official"', '"blog"', "3: kind: 'blog' is no kind; allowed", id="kind"),
        pytest.param("true", '"yes"', "4: enabled: 'yes' is not a truth value", id="flag"),
        pytest.param('"Báo Mẫu"', "7", "1: name: 7 is not text", id="text"),
        pytest.param("/rss/home.rss", "/{YY}.rss", "6: feeds: ", id="item-line"),
        pytest.param("{YYYY}", "{H1}", "8: sitemaps: ", id="placeholder"),
        pytest.param("\\d+", "(\\d+)+", "10: article_pattern: ", id="pattern-runs-away"),
        pytest.param("-post\\d+", "-post(", "10: article_pattern: ", id="pattern"),
        pytest.param('"m.bao-mau', '"https://m.bao-mau', "11: hosts: 'https://", id="host"),
        pytest.param('"h1.title"', '"h1..title"', "22: extract.title: 'h1..title'", id="selector"),
        pytest.param('"figcaption"', '"p["', "25: extract.drop: 'p['", id="dropped"),
        pytest.param("%d/%m/%Y", "DD/MM", "24: extract.date_formats: ", id="date-format"),
        pytest.param("title =", "titel =", "22: extract.titel: unknown key; allowed:", id="typo"),
        pytest.param("[poll]", "[pole]", "17: pole: unknown key; allowed:", id="table-typo"),
        pytest.param("name =", "nom =", "1: nom: unknown key", id="top-typo"),
        pytest.param('https://www.bao-mau.example/"', 'ftp://x/"', "2: homepage: 'ftp", id="ftp"),
    ],
)
def test_a_fault_is_told_with_line_and_key(path: Path, old: str, new: str, fault: str):
    assert old in WHOLE
    assert fault_of(path, WHOLE.replace(old, new, 1)).startswith(fault)


@pytest.mark.parametrize("key", ["name", "homepage", "article_pattern"])
def test_a_missing_key_is_named(path: Path, key: str):
    text = "".join(line for line in LEAST.splitlines(True) if not line.startswith(key))
    assert fault_of(path, text) == f"1: {key}: is missing; it is required"


def test_an_outlet_that_is_on_needs_something_to_read(path: Path):
    fault = fault_of(path, LEAST.replace("feeds", "#"))
    assert fault == "1: feeds: is missing; an enabled source needs one of feeds, sitemaps, listings"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("name = \n", "1: not TOML: Invalid value", id="syntax"),
        pytest.param('a = 1\nb = "', "2: not TOML: Unterminated", id="end"),
        pytest.param("a = 1\na = 2\n", "2: not TOML: Cannot overwrite", id="twice"),
        pytest.param("a = " + "[" * 5_000, "1: not TOML: ", id="deep"),
        pytest.param("a = " + "9" * 5_000, "1: not TOML: ", id="huge-number"),
        pytest.param(b"a = 1\nb = '\xff'\n", "2: is not UTF-8", id="bytes"),
        pytest.param("#" * (MAX_FILE_BYTES + 1), "1: is too long; allowed: 65536", id="long"),
        pytest.param(
            "feeds = 'x'\n" + LEAST.replace("feeds", "#"), "1: feeds: 'x' is not", id="no-list"
        ),
        pytest.param("poll = 3\n" + LEAST, "1: poll: 3 is not a table", id="no-table"),
        pytest.param('"a\\nb" = 1\n' + LEAST, r"1: 'a\nb': unknown key", id="line-end-in-key"),
        pytest.param('poll = {every = "x"}\n' + LEAST, "1: poll.every: 'x'", id="inline-table"),
        pytest.param('poll.every = "x"\n' + LEAST, "1: poll.every: 'x'", id="dotted-key"),
    ],
)
def test_an_unusable_file_is_told_with_its_line(path: Path, text: str | bytes, fault: str):
    assert fault_of(path, text).startswith(fault)


def test_long_values_are_shortened_in_the_fault(path: Path):
    fault = fault_of(path, LEAST.replace("Báo Mẫu", "x" * 1_500))
    assert len(fault) < 200


def test_the_file_name_is_an_id(tmp_path: Path):
    assert "1: the file's name is the id" in fault_of(tmp_path / "Báo Mẫu.toml", LEAST)


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path):
    (tmp_path / "b.toml").write_text(LEAST, "utf-8")
    (tmp_path / "a.toml").write_text(LEAST, "utf-8")
    (tmp_path / "bad.toml").write_text("name =", "utf-8")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "notes.txt").write_text("name =", "utf-8")
    sources, faults = read_folder(tmp_path)
    assert list(sources) == ["a", "b"]
    assert [str(fault).split("/")[-1].split(":")[0] for fault in faults] == [
        "bad.toml",
        "folder.toml",
    ]


def test_a_missing_folder_is_a_fault(tmp_path: Path):
    sources, faults = read_folder(tmp_path / "nowhere")
    assert sources == {}
    assert str(faults[0]).endswith("nowhere: cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://www.bao-mau.example/a-post1.html", True, id="article"),
        pytest.param("https://bao-mau.example/a-post1.html", True, id="twin"),
        pytest.param("https://BAO-MAU.example:443/a-post1.html", True, id="other-spelling"),
        pytest.param("https://bao-mau-cu.example:8080/a-post1.html", True, id="own-port"),
        pytest.param("https://bao-mau-cu.example/a-post1.html", False, id="wrong-port"),
        pytest.param("https://www.bao-mau.example/chuyen-doi-so/", False, id="section"),
        pytest.param("https://evil.example/a-post1.html", False, id="stranger"),
        pytest.param("https://bao-mau.example.evil/a-post1.html", False, id="look-alike"),
        pytest.param("https://bao-mau.example@evil.example/a-post1.html", False, id="user"),
        pytest.param("https://[::1/a-post1.html", False, id="broken"),
        pytest.param(f"https://bao-mau.example/{'a' * 2_000}-post1.html", False, id="long"),
    ],
)
def test_an_address_belongs_by_host_and_shape(path: Path, url: str, expected: bool):
    path.write_text(WHOLE, "utf-8")
    assert belongs(read_source(path), url) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("/{YYYY}-{M}.xml", "/2026-3.xml", id="month"),
        pytest.param("/{YY}{MM}{DD}", "/260305", id="digits"),
        pytest.param("/{D}/{M}/{YYYY}", "/5/3/2026", id="short"),
        pytest.param("/{M}-{D1}-{D2}.xml", "/3-1-5.xml", id="five-days"),
        pytest.param("/plain", "/plain", id="none"),
    ],
)
def test_a_day_is_put_into_placeholders(address: str, expected: str):
    assert expand(address, date(2026, 3, 5)) == expected
