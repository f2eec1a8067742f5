import base64
import json

import pytest
from sqlmodel import select

from analysis.fingerprints import FOLD_VERSION, fingerprint
from storage.errors import SeedError
from storage.seeds import (
    MAX_BYTES,
    SHIPPED,
    KnownSeed,
    add_seeds,
    as_record,
    mirror,
    next_id,
    read_seeds,
)
from storage.tables import Seed
from tests.storage.sample import DATA_LAKE, FLOOD, TWIN_CITY, seed

KNOWN = [
    seed("seed-000", DATA_LAKE, title="Kho dữ liệu", outlet="Bến Nghé Mới", date="2025-11-28"),
    seed("seed-001", FLOOD, url="https://nhipphosong.example/x.htm"),
]
LINE = json.dumps(as_record(KNOWN[0]))


def changed(**changes):
    return json.dumps(as_record(KNOWN[0]) | changes)


def test_file_gives_back_what_was_added(tmp_path):
    path = tmp_path / "new" / "seeds.jsonl"
    add_seeds(path, KNOWN[:1])
    add_seeds(path, KNOWN[1:])
    assert read_seeds(path) == KNOWN


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c", "\n", "\r"])
def test_separators_in_a_title_do_not_break_the_file(tmp_path, separator):
    odd = [seed("seed-000", FLOOD, title=f"Một{separator}hai")]
    add_seeds(tmp_path / "seeds.jsonl", odd)
    assert read_seeds(tmp_path / "seeds.jsonl") == odd


def test_file_holds_none_of_the_text(tmp_path):
    add_seeds(tmp_path / "seeds.jsonl", [seed("seed-000", DATA_LAKE)])
    written = (tmp_path / "seeds.jsonl").read_text("utf-8")
    words = {word for word in DATA_LAKE.split() if not word.isascii()}
    assert not [word for word in words if word in written]


def test_no_file_is_no_seeds(tmp_path):
    assert read_seeds(tmp_path / "seeds.jsonl") == []


def test_blank_lines_and_windows_line_ends_are_read_over(tmp_path):
    path = tmp_path / "seeds.jsonl"
    path.write_bytes(f"\r\n{LINE}\r\n\r\n".encode())
    assert read_seeds(path) == KNOWN[:1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("not json", "not a seed", id="not-json"),
        pytest.param("[]", "not a seed", id="a-list"),
        pytest.param("7", "not a seed", id="a-number"),
        pytest.param("{}", "'fold'", id="empty"),
        pytest.param("[" * 100_000, "not a seed", id="deeply-nested"),
        pytest.param(changed(shingles="%%%"), "not a seed", id="no-base64"),
        pytest.param(changed(shingles="AAAA"), "not a seed", id="half-a-hash"),
        pytest.param(changed(shingles=5), "not a seed", id="shingles-a-number"),
        pytest.param(changed(syllables="many"), "not a seed", id="no-number"),
        pytest.param(changed(fold=FOLD_VERSION + 1), "make it anew", id="another-folding"),
    ],
)
def test_fault_is_named_with_its_line(tmp_path, line, words):
    path = tmp_path / "seeds.jsonl"
    path.write_text(f"{changed(id='seed-009')}\n{line}\n", "utf-8")
    with pytest.raises(SeedError, match=words) as caught:
        read_seeds(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(f"{LINE}\n{LINE}\n".encode(), "two seeds have the same id", id="same-id"),
        pytest.param("Số".encode("utf-16"), "utf-8", id="another-encoding"),
    ],
)
def test_fault_of_a_file_names_it(tmp_path, content, words):
    path = tmp_path / "seeds.jsonl"
    path.write_bytes(content)
    with pytest.raises(SeedError, match=words):
        read_seeds(path)


def test_endless_file_is_not_read(tmp_path):
    path = tmp_path / "seeds.jsonl"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SeedError, match="larger than 64 MiB"):
        read_seeds(path)


def test_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "in-the-way").write_text("x", "utf-8")
    path = tmp_path / "in-the-way" / "seeds.jsonl"
    with pytest.raises(SeedError, match="in-the-way"):
        add_seeds(path, KNOWN)


def test_file_that_is_damaged_is_not_overwritten(tmp_path):
    path = tmp_path / "seeds.jsonl"
    path.write_text("damaged\n", "utf-8")
    with pytest.raises(SeedError, match="not a seed"):
        add_seeds(path, KNOWN)
    assert path.read_text("utf-8") == "damaged\n"


@pytest.mark.parametrize(
    ("taken", "free"),
    [([], "seed-000"), (["seed-000"], "seed-001"), (["seed-000", "seed-002"], "seed-001")],
)
def test_next_id_is_the_first_unused(taken, free):
    assert next_id([seed(name, "") for name in taken]) == free


def test_shipped_file_can_be_used():
    assert all(known.fingerprint.shingles for known in read_seeds(SHIPPED))


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(KNOWN, id="the-same"),
        pytest.param(KNOWN[:1], id="one-less"),
        pytest.param([], id="none"),
        pytest.param([seed("seed-000", TWIN_CITY), KNOWN[1]], id="another-text"),
        pytest.param([seed("seed-000", DATA_LAKE, title="Tít khác"), KNOWN[1]], id="other-title"),
    ],
)
def test_table_holds_just_what_the_file_holds(database, after):
    for seeds in (KNOWN, after):
        with database.writing() as session:
            mirror(session, seeds)
    with database.reading() as session:
        rows = session.exec(select(Seed).order_by(Seed.id)).all()
    assert [_known(found) for found in rows] == after


def _known(found):
    record = found.model_dump() | {"fold": FOLD_VERSION}
    record["shingles"] = base64.b64encode(record["shingles"]).decode()
    facts = {name: record[name] for name in ("title", "outlet", "date", "url")}
    texts = (DATA_LAKE, FLOOD, TWIN_CITY)
    text = next(t for t in texts if fingerprint(t).content_hash == found.content_hash)
    assert record["shingles"] == as_record(seed("x", text))["shingles"]
    return KnownSeed(found.id, fingerprint(text), **facts)
