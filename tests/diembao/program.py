"""The program as a user runs it: a process of its own, with an environment of its own."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from diembao.__main__ import main
from messages.catalogue import _

# Says nothing of the program: on a busy machine a crawl with its three processes takes minutes.
RUN_SECONDS = 300
STOP_SECONDS = 20
# To start Python anew for each of the many commands that only read or write the archive would take
# most of the tests' time: only those that crawl or go on are processes of their own.
# test_commands.py starts every command as a process once.
PROCESSES = {"backfill", "crawl", "demo", "run", "worker", "sources check", "sources add"}
NEUTRAL = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True)
class Done:
    """What a finished command left."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Program:
    """The program with a working folder; ``settings`` are named without their prefix."""

    folder: Path
    settings: dict[str, str]
    around: dict[str, str] = field(default_factory=dict)  # what else is in its environment

    @property
    def data(self):
        return self.folder / "data"

    def having(self, **settings):
        """The same program with some settings changed; None takes one away."""
        merged = {**self.settings, **settings}
        return replace(self, settings={k: str(v) for k, v in merged.items() if v is not None})

    def run(self, *arguments, stdin=None):
        """Run a command to its end."""
        words = [str(argument) for argument in arguments]
        own_process = not PROCESSES.isdisjoint([words[0], " ".join(words[:2])])
        return (self.started if own_process else self.called)(*words, stdin=stdin)

    def ok(self, *arguments, stdin=None):
        """Run a command that is to succeed."""
        done = self.run(*arguments, stdin=stdin)
        assert done.code == 0, done.err
        return done

    def started(self, *arguments, stdin=None):
        """Run a command as a process."""
        finished = subprocess.run(
            self._command(arguments),
            env=self.environment(),
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=RUN_SECONDS,
            check=False,
        )
        return Done(finished.returncode, finished.stdout, finished.stderr)

    def called(self, *arguments, stdin=None):
        """Run a command in this process."""
        out, err, before = io.StringIO(), io.StringIO(), _.language
        given = io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8")
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            chdir(self.folder),
            patch.dict(os.environ, self.environment(), clear=True),
            patch.object(sys, "stdin", given),
        ):
            try:
                code = main(list(map(str, arguments)))
            except SystemExit as stop:
                code = stop.code
        _.choose(before)
        return Done(code, out.getvalue(), err.getvalue())

    @contextmanager
    def running(self, *arguments):
        """Start a command that goes on; whatever it started is gone afterwards."""
        log = self.folder / "running.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                self._command(arguments),
                env=self.environment(),
                cwd=self.folder,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        try:
            yield Running(process, log)
        finally:
            process.kill()
            process.wait(STOP_SECONDS)
            end_group(process.pid)

    def _command(self, arguments):
        return [sys.executable, "-m", "diembao", *map(str, arguments)]

    def environment(self):
        """What the program finds in its environment."""
        kept = {name: os.environ[name] for name in NEUTRAL if name in os.environ}
        own = {f"DIEMBAO_{name}": str(value) for name, value in self.settings.items()}
        return {**kept, "HOME": str(self.folder), "PYTHONNOUSERSITE": "1", **own, **self.around}


@dataclass(frozen=True)
class Running:
    """A command under way; ``log`` takes all it says."""

    process: subprocess.Popen
    log: Path

    @property
    def said(self):
        return self.log.read_text("utf-8")

    def kill(self):
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def stop(self):
        """Ask it to end, as a service manager does; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


def new_program(folder, newsroom, delay=0.0):
    """A program with an empty archive and the sources of a newsroom, asked every ``delay`` s."""
    newsroom.write_sources(folder / "sources")
    for path in (folder / "sources").iterdir():
        path.write_text(path.read_text("utf-8").replace("delay = 0.0", f"delay = {delay}"), "utf-8")
    settings = {
        "DATA_DIR": str(folder / "data"),
        "SOURCES_DIR": str(folder / "sources"),
        "ALLOW_PRIVATE_NETWORKS": "1",
        "LANGUAGE": "en",
    }
    return Program(folder, settings)


def copy_of(program, folder):
    """The same program with a copy of its data."""
    shutil.copytree(program.data, folder / "data")
    return replace(program, folder=folder).having(DATA_DIR=folder / "data")


def end_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
