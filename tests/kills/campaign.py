"""The program killed at random moments, a thousand times over; then its books are read.

Outlets go on publishing, a mailbox and endpoints go on taking. By hand, the whole length:
``python -m tests.kills.campaign --kills 1000 --minutes 60 --database postgresql``.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import text
from sqlmodel import select

from storage.database import Database, open_database
from storage.tables import Article, Attempt, CandidateRow, Delivery, Event, Subscription
from tests.conftest import new_database
from tests.diembao.program import Program, end_group
from tests.kills import world as worlds
from tests.kills.telling import state
from tests.kills.world import Trap
from tests.servers import postgresql
from tests.servers.waiting import eventually

# Articles that the program has not got yet: so many are published ahead.
AHEAD = 12
PATIENCE_SECONDS = 6.0
ANY_SECONDS = 3.0
SETTLE_SECONDS = 240
# One process in so many is started from a shell; the others are forked, which costs a tenth.
FROM_A_SHELL = 0.05
DELAYS = (0.0, 0.02, 0.1, 0.3, 1.0)
MOMENTS = ("start", "feed", "page", "page", "call", "mail", "any")
READERS = (
    ("--webhook", "/instant", "instant"), ("--webhook", "/often", "instant"),
    ("--webhook", "/minutes", "cron:* * * * *"), ("mail", "instant", "instant"),
    ("mail", "minutes", "cron:* * * * *"), ("mail", "hours", "hourly"),
)  # fmt: skip


@dataclass
class Process:
    """A daemon or a worker under way."""

    role: str
    pid: int
    popen: subprocess.Popen | None


@dataclass
class Campaign:
    """A run: the program with its processes, and the world around it."""

    program: Program
    world: worlds.World
    roles: dict  # arguments by name
    chance: random.Random
    hatchery: subprocess.Popen
    processes: list = field(default_factory=list)
    kills: Counter = field(default_factory=Counter)
    database: Database = field(init=False)

    def run(self, kills, seconds):
        """Kill so often, or as long as there is time, then let the program end its work."""
        self.database = open_database(self.program.settings["DATABASE_URL"])
        self._subscribe()
        self._learn()
        end = time.monotonic() + seconds
        while self.kills.total() < kills and time.monotonic() < end:
            self._publish()
            self._start_missing()
            self._kill()
        self._publish()
        self._start_missing()
        self._settle()

    def _learn(self):
        """Let one daemon do some work and stop; what it imported, the others need not."""
        used = self.program.folder / "used"
        self._publish()
        daemon = self._start("daemon", used=str(used))
        self.processes.append(daemon)
        eventually(self._stored, SETTLE_SECONDS)
        self._ask({"stop": daemon.pid})
        assert self._ended(daemon) == 0, self._said(daemon)
        self._ask({"import": str(used)})

    def _subscribe(self):
        hooks = self.world.hooks
        for way, where, schedule in READERS:
            to = [way, hooks.url(path=where)] if way == "--webhook" else [f"{where}@example.org"]
            self.program.ok("subscribe", *to, "--schedule", schedule, "--confirmed")

    def _publish(self):
        missing = AHEAD - (len(self.world.published) - self._stored())
        for _ in range(max(missing, 0)):
            self.world.publish()

    def _stored(self):
        with self.database.reading() as session:
            return session.connection().execute(text("SELECT count(*) FROM article")).scalar_one()

    # -- processes -------------------------------------------------------------------------------

    def _start_missing(self):
        for role in self.roles.keys() - {each.role for each in self.processes}:
            self.processes.append(self._start(role))

    def _start(self, role, **more):
        arguments = self.roles[role]
        log = self.program.folder / f"{role}.log"
        if not more and self.chance.random() < FROM_A_SHELL:
            with log.open("ab") as out:
                popen = subprocess.Popen(
                    [sys.executable, "-m", "diembao", *arguments],
                    env=self.program.environment(), cwd=self.program.folder, stdout=out,
                    stderr=out, start_new_session=True,
                )  # fmt: skip
            return Process(role, popen.pid, popen)
        pid = self._ask({
            "arguments": arguments, "environment": self.program.environment(),
            "folder": str(self.program.folder), "log": str(log), **more,
        })  # fmt: skip
        return Process(role, pid, None)

    def _ask(self, order):
        self.hatchery.stdin.write(json.dumps(order) + "\n")
        self.hatchery.stdin.flush()
        return int(self.hatchery.stdout.readline())

    def _ended(self, process):
        """Wait for a process's end; gives its exit code."""
        self.processes.remove(process)
        if process.popen is None:
            return self._ask({"wait": process.pid})
        code = process.popen.wait(30)
        end_group(process.pid)  # its readers, had it any
        return code

    def _kill(self):
        """Wait for a moment, and kill one process, or all, in it."""
        victims = [self.chance.choice(self.processes)]
        if self.chance.random() < 0.4:
            victims = list(self.processes)
        moment, delay = self.chance.choice(MOMENTS), self.chance.choice(DELAYS)
        delay *= self.chance.random()
        trap = self.world.trap = Trap(moment, [each.pid for each in victims], delay)
        if moment == "start":
            trap.happened("start")
        patience = ANY_SECONDS * self.chance.random() if moment == "any" else PATIENCE_SECONDS
        if not trap.sprung.wait(patience):
            moment = "any"
            if trap.touch():
                trap.spring()
            trap.sprung.wait()
        for victim in victims:
            code = self._ended(victim)
            assert code == -9, f"{victim.role} ended by itself with {code}: {self._said(victim)}"
            self.kills[moment] += 1

    def _said(self, process):
        return (self.program.folder / f"{process.role}.log").read_text("utf-8")[-2000:]

    # -- the end ---------------------------------------------------------------------------------

    def _settle(self):
        """Nobody is killed any more: everything is to be stored and told, and then all stop."""
        self.world.trap = None
        begun = self._jobs()  # some in the hands of the dead, and nothing published waits for them
        eventually(lambda: self._stored() >= len(self.world.published), SETTLE_SECONDS)
        eventually(lambda: not self._open("SELECT count(*) FROM candidate WHERE status='pending'"),
                   SETTLE_SECONDS)  # fmt: skip
        eventually(lambda: not begun & self._jobs(), SETTLE_SECONDS)
        for process in list(self.processes):
            # The work may be done before the last one started is there; it would die of the signal.
            eventually(partial(hears, process.pid, signal.SIGTERM), SETTLE_SECONDS)
            if process.popen is None:
                self._ask({"stop": process.pid})
            else:
                process.popen.terminate()
            code = self._ended(process)
            assert code == 0, f"{process.role}, told to stop, ended with {code}"
        self.program.ok("digest", "send")

    def _jobs(self):
        if self.database.engine.dialect.name == "sqlite":
            return set()
        with self.database.reading() as session:
            return set(session.connection().scalars(text("SELECT id FROM procrastinate_jobs")))

    def _open(self, question):
        with self.database.reading() as session:
            return session.connection().execute(text(question)).scalar_one()

    # -- what must hold --------------------------------------------------------------------------

    def faults(self):
        """Say everything that is not as it must be; nothing is a campaign without a fault."""
        with self.database.reading() as session:
            articles = session.exec(select(Article)).all()
            events = session.exec(select(Event).order_by(Event.id)).all()
            deliveries = session.exec(select(Delivery)).all()
            readers = session.exec(select(Subscription)).all()
            pending = session.exec(
                select(CandidateRow).where(CandidateRow.status != "fetched")
            ).all()
        found = [f"candidate {row.url}: {row.status} {row.reason}" for row in pending]
        found += self._of_articles(articles, events)
        found += self._of_deliveries(events, deliveries, readers)
        found += self._of_database()
        return found

    def _of_articles(self, articles, events):
        times = Counter(row.url for row in articles)
        yield from (f"{url} was published and is not stored"
                    for url in self.world.published.keys() - times.keys())  # fmt: skip
        yield from (f"{url} is stored {n} times" for url, n in times.items() if n > 1)
        yield from (f"{url} was never published" for url in times.keys() - self.world.published)
        told = Counter(each.article_id for each in events if each.type == "article.published")
        new = Counter(row.id for row in articles if row.status == "new")
        if told != new:
            yield f"events and new articles differ: {told - new} {new - told}"
        bodies = defaultdict(list)
        for row in articles:
            bodies[self.world.published.get(row.url)].append(row.status)
        for body, statuses in bodies.items():
            if statuses.count("new") != 1 or set(statuses) - {"new", "exact_duplicate"}:
                yield f"body {body}: {statuses}"

    def _of_deliveries(self, events, deliveries, readers):
        for reader in readers:
            mine = [each for each in deliveries if each.subscription_id == reader.id]
            for event in events:
                if event.type != "article.published":
                    continue
                times = sum(
                    1 for each in mine if each.first_event <= event.id <= each.last_event
                    and event.article_id in each.articles
                )  # fmt: skip
                if times != 1:
                    yield f"{reader.address} {reader.schedule}: event {event.id} told {times} times"
        received = self.world.received
        for each in deliveries:
            if each.status != "done":
                yield f"{each.id} is {each.status}: {each.last_error}"
            if len(received.get(each.id, ())) != 1:
                yield f"{each.id} came with {len(received.get(each.id, ()))} contents"
        yield from (f"{key} is in no books" for key in received.keys() - {e.id for e in deliveries})

    def _of_database(self):
        checks = {"SELECT count(*) FROM source WHERE lease_by IS NOT NULL": 0,
                  "SELECT count(*) FROM host WHERE lease_by IS NOT NULL": 0}  # fmt: skip
        if self.database.engine.dialect.name == "sqlite":
            checks["PRAGMA integrity_check"] = "ok"
            checks["SELECT count(*) FROM pragma_foreign_key_check"] = 0
        else:
            checks["SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"] = 0
        for question, right in checks.items():
            if (answer := self._open(question)) != right:
                yield f"{question}: {answer}"

    def hits(self):
        """Say what kills broke off, as the books and the world's ledgers show."""
        with self.database.reading() as session:
            attempts = session.exec(select(Attempt)).all()
        asked = Counter(each.base + path for each in self.world.outlets for path in each.paths)
        return {
            "kills": dict(self.kills),
            "articles published": len(self.world.published),
            "articles fetched again": sum(n > 1 for url, n in asked.items() if "-post" in url),
            "messages": len(self.world.received),
            "messages sent again": sum(n > 1 for n in self.world.times.values()),
            "tries in which the sender died": sum(each.outcome is None for each in attempts),
        }


def hears(pid, number):
    """Tell whether a process has an answer of its own to a signal, or is dead already."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    says = dict(line.split(":\t", 1) for line in lines)
    return says["State"].startswith("Z") or bool(int(says["SigCgt"], 16) >> (number - 1) & 1)


@contextmanager
def prepared(kind, seed, folder, server=None):
    """Prepare a campaign on a kind of database."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        world = stack.enter_context(worlds.running(chance, 2 if kind == "sqlite" else 8))
        (folder / "sources").mkdir(parents=True)
        for number, each in enumerate(world.outlets):
            said = each.source_file(f"Báo {number}", every="1s")
            said = said.replace("every = '1s'\n", "every = '1s'\nat_most = '2s'\n")
            (folder / "sources" / f"bao-{number}.toml").write_text(said, "utf-8")
        roles = {"daemon": ["run", "--no-web"]}
        address = f"sqlite:///{folder / 'data' / 'diembao.db'}"
        if kind == "postgresql":
            server = server or stack.enter_context(postgresql.server())
            address = stack.enter_context(new_database(server))
            roles |= {"second": ["run", "--no-web"], "worker": ["worker", "--concurrency", "4"]}
        program = Program(folder, {
            "DATA_DIR": str(folder / "data"), "SOURCES_DIR": str(folder / "sources"),
            "DATABASE_URL": address, "ALLOW_PRIVATE_NETWORKS": "1", "LANGUAGE": "en",
            "SECRET_KEY": "mot-khoa-bi-mat-du-dai", "ADMIN_TOKEN": "mot-the-bi-mat-du-dai",
            "SMTP_URL": f"smtp://127.0.0.1:{world.mails.port}", "MAIL_FROM": "bao@example.org",
        })  # fmt: skip
        hatchery = stack.enter_context(subprocess.Popen(
            [sys.executable, "-m", "tests.kills.hatchery"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
            # The dead leave semaphores behind, which the hatchery tidies up with a warning.
            env={**program.environment(), "PYTHONWARNINGS": "ignore::UserWarning"},
        ))  # fmt: skip
        stack.callback(hatchery.kill)
        campaign = Campaign(program, world, roles, chance, hatchery)
        try:
            yield campaign
        except Exception as error:
            error.add_note(state(campaign))
            raise
        finally:
            Trap("", [each.pid for each in campaign.processes]).spring()
            campaign.database.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        prepared(chosen.database, chosen.seed, Path(folder)) as campaign,
    ):
        began = time.monotonic()
        campaign.run(chosen.kills, 60 * chosen.minutes)
        print(f"{chosen.database}, seed {chosen.seed}, {time.monotonic() - began:.0f} s")
        print(json.dumps(campaign.hits()))
        found = campaign.faults()
        print(*(found or ["no fault"]), sep="\n")
        if found:
            print(state(campaign))
        sys.exit(bool(found))


if __name__ == "__main__":
    main()
