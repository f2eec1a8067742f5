"""The texts known from the start, put out again by the sample newsroom's outlets.

Collected only where the texts lie beside the repository; see ``conftest.py``.
"""

import json

import pytest

from storage.seeds import SHIPPED as SHIPPED_SEEDS
from tests.diembao.conftest import SEED_TEXTS
from tests.diembao.press import SECTIONS, new_press, write_article
from tests.diembao.program import new_program
from tests.servers import background

SEEDS = {f"seed-{n:03d}": path for n, path in enumerate(sorted(SEED_TEXTS.glob("*.txt")))}
PAGES = [(seed, outlet) for seed in SEEDS for outlet in SECTIONS]
MORE_TO_READ = "Đọc thêm"


def paragraphs(seed, *, edited):
    """A seed's paragraphs as another outlet takes them over, its captions and byline left out."""
    text = SEEDS[seed].read_text("utf-8").partition(f"\n{MORE_TO_READ}\n")[0]
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    whole = [line for line in lines if len(line) >= 100 and "Ảnh:" not in line]
    return [part for n, part in enumerate(whole, 1) if n % 6] if edited else whole


def put_out_again(folder, seed, outlet, number):
    """Write an article that carries a seed under words of its own; gives its name."""
    lead, *body = paragraphs(seed, edited=outlet in {"bennghemoi", "vamsong"})
    name = f"{outlet}/dang-lai-chuyen-{number}-1000{number}"
    write_article(
        folder,
        name,
        title=f"Nhìn lại một tuần ở thành phố: câu chuyện thứ {number}",
        lead=lead,
        body="\n\n".join(body),
        captions=["Quang cảnh buổi làm việc, nhìn từ cuối phòng. Ảnh: NGƯỜI CHỤP"],
        tags=["điểm lại"],
        related=[f"dang-lai-chuyen-{other}-1000{other}" for other in range(5)],
    )
    return name


@pytest.fixture(scope="module")
def republished(tmp_path_factory):
    """What became of every seed in every layout, by seed and outlet; and the program."""
    folder = tmp_path_factory.mktemp("republished")
    press = new_press(folder / "newsroom")
    numbers = {seed: number for number, seed in enumerate(SEEDS)}
    names = {key: put_out_again(press, *key, numbers[key[0]]) for key in PAGES}
    with background.newsroom(press) as newsroom:
        program = new_program(folder, newsroom)
        program.ok("crawl")
        rows = program.ok("articles", "list", "--all", "--format", "jsonl").rows
        found = {row["canonical_url"]: row for row in rows}
        yield program, {key: found[newsroom.article_address(name)] for key, name in names.items()}


@pytest.mark.parametrize(("seed", "outlet"), PAGES)
def test_seed_in_another_outlets_page_is_known(republished, seed, outlet):
    row = republished[1][seed, outlet]
    assert (row["status"], row["seed"]) == ("seed_duplicate", seed)
    assert row["similarity"] > 0.5


def test_seeds_put_out_again_are_told_to_nobody(republished):
    program, _ = republished
    program.ok("subscribe", "ban.doc@example.org", "--confirmed", "--since", "2020-01-01")
    assert program.ok("digest", "send").rows == [{"made": 0, "done": 0, "retrying": 0, "dead": 0}]
    assert program.ok("articles", "list").rows == []


@pytest.fixture(scope="module")
def strangers(tmp_path_factory, standing):
    """The verdict on each seed's text where only the other seeds are known."""
    program = new_program(tmp_path_factory.mktemp("strangers"), standing)
    verdicts = {}
    for seed, path in SEEDS.items():
        lines = SHIPPED_SEEDS.read_text("utf-8").splitlines(keepends=True)
        others = program.folder / f"without-{seed}.jsonl"
        others.write_text("".join(s for s in lines if json.loads(s)["id"] != seed), "utf-8")
        done = program.having(SEEDS_FILE=others).ok("seeds", "check", path, "--format", "json")
        verdicts[seed] = done.json[0]
    return verdicts


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_is_no_copy_of_the_other_seeds(strangers, seed):
    assert strangers[seed]["seed"] is None
    assert strangers[seed]["verdict"] == "different"


def test_seeds_own_text_is_known_whole(program):
    found = program.ok("seeds", "check", *SEEDS.values(), "--format", "json").json
    assert [(row["seed"], row["similarity"]) for row in found] == [(seed, 1.0) for seed in SEEDS]
