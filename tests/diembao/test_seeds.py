import pytest

from diembao.demo.newsroom.site import SHIPPED
from storage.seeds import SHIPPED as SHIPPED_SEEDS
from storage.seeds import read_seeds

SEED = SHIPPED / "seed.txt"
OTHER = (
    "Hội thi nấu bánh tét của khu phố Bến Đình diễn ra trong hai ngày cuối tuần, mười hai đội dự "
    "thi gói hơn ba trăm đòn bánh rồi tặng hết cho các cụ sống một mình ở ven sông."
)


@pytest.fixture
def own(program):
    """The program with a seeds file of its own, yet to be made."""
    return program.having(SEEDS_FILE=program.folder / "seeds.jsonl")


def test_shipped_seeds_are_in_effect(program):
    rows = program.ok("seeds", "list").rows
    assert [row["id"] for row in rows] == [seed.id for seed in read_seeds(SHIPPED_SEEDS)]
    assert [row["id"] for row in rows[:2]] == ["seed-000", "seed-001"]


def test_seed_is_added_once(own):
    added = own.ok("seeds", "add", SEED).rows
    again = own.ok("seeds", "add", SEED)
    assert [row["id"] for row in added] == ["seed-000"]
    assert (again.rows, again.err.count("already a seed")) == ([], 1)


def test_seeds_file_holds_nothing_of_the_text(own):
    own.ok("seeds", "add", SEED)
    line = (own.folder / "seeds.jsonl").read_text("utf-8")
    assert "Nhịp cầu" not in line
    assert len(line) < 10_000


def test_seed_keeps_the_facts_given_with_it(own):
    facts = {"title": "Sơ kết", "outlet": "Báo Mẫu", "date": "2025-11-20", "url": "https://a.vn/1"}
    options = [f"--{name}={value}" for name, value in facts.items()]
    own.ok("seeds", "add", SEED, *options)
    row = own.ok("seeds", "list").rows[0]
    assert {name: row[name] for name in facts} == facts


def test_own_seed_stands_beside_the_shipped_ones(program):
    added = program.ok("seeds", "add", SEED).rows
    ids = [row["id"] for row in program.ok("seeds", "list").rows]
    assert added[0]["id"] == ids[-1] == f"seed-{len(read_seeds(SHIPPED_SEEDS)):03d}"


def test_check_tells_a_copy_from_a_stranger(own):
    own.ok("seeds", "add", SEED)
    (own.folder / "copy.txt").write_text(SEED.read_text("utf-8").partition("\n\n")[2], "utf-8")
    (own.folder / "other.txt").write_text(OTHER, "utf-8")
    copy, other = own.ok("seeds", "check", "copy.txt", "other.txt").rows
    assert (copy["seed"], other["seed"]) == ("seed-000", None)
    assert copy["similarity"] > 0.9
    assert other["similarity"] < 0.1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", 1, id="empty"),
        pytest.param(b"\xff\xfe\x00", 2, id="no-utf-8"),
    ],
)
def test_file_without_text_is_named(own, content, code):
    (own.folder / "bad.txt").write_bytes(content)
    done = own.run("seeds", "add", "bad.txt")
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert "bad.txt" in done.err


def test_damaged_seeds_file_is_named_with_its_line(own):
    (own.folder / "seeds.jsonl").write_text('{"id": "seed-000"}\n', "utf-8")
    done = own.run("seeds", "list")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "seeds.jsonl:1" in done.err


def test_seeds_file_that_is_not_there_is_a_bad_setting(program):
    done = program.having(SEEDS_FILE="/khong/co.jsonl").run("seeds", "list")
    assert done.code == 2
    assert "SEEDS_FILE" in done.err


@pytest.mark.parametrize(
    ("file", "told"), [("/dev/zero", "larger than 4 MiB"), (b"\xff\xfe", "is not UTF-8")]
)
def test_what_is_no_text_of_a_bearable_size_is_named(program, tmp_path, file, told):
    if isinstance(file, bytes):
        (tmp_path / "a.txt").write_bytes(file)
        file = tmp_path / "a.txt"
    done = program.run("seeds", "check", file)
    assert (done.code, done.err) == (2, f"diembao: {file}: {told}\n")
