"""One budget a host, kept by processes that know of each other only through the archive."""

import asyncio
import itertools

from tests.diembao.program import Program
from tests.servers import outlet as servers

DELAY = 0.25
NAMES = ("mot", "hai", "ba")
# Only what is asked and when matters here: pages that are not there need no reading processes.
PAGES = [f"/{name}-post{number}.html" for name in NAMES for number in range(2)]


def program_of(outlet, folder):
    """A program that knows three sources on the outlet's one host."""
    (folder / "sources").mkdir()
    for name in NAMES:
        text = outlet.source_file(f"Báo {name}", f"/{name}.json", delay=DELAY)
        (folder / "sources" / f"{name}.toml").write_text(text, "utf-8")
    for path in PAGES:
        outlet.announce(path, feed=f"/{path[1:].partition('-')[0]}.json")
    settings = {
        "DATA_DIR": str(folder / "data"),
        "SOURCES_DIR": str(folder / "sources"),
        "ALLOW_PRIVATE_NETWORKS": "1",
    }
    return Program(folder, settings)


async def test_three_processes_share_the_budget_of_a_host(tmp_path):
    async with servers.outlet() as outlet:
        program = program_of(outlet, tmp_path)
        program.ok("db", "upgrade")
        await asyncio.gather(*(asyncio.to_thread(program.run, "crawl", name) for name in NAMES))
        moments = [moment for moment, _, _ in outlet.asked]
        feeds = [f"/{name}.json" for name in NAMES]
        assert sorted(outlet.paths) == sorted(["/robots.txt", *feeds, *PAGES])
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    # What was sent in time may be taken in late; three of them on their own would meet much closer.
    assert min(pauses) > DELAY / 2
