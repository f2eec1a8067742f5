"""Starts the program again and again without importing it each time.

A process that has everything imported forks; the child becomes the program, with an environment
and a session of its own, and dies like one. Reading processes are forked from one place for all. It
is told on stdin what to start, or whose end to wait for, and answers a line each on stdout.
"""

import importlib
import json
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from importlib.util import find_spec
from multiprocessing import forkserver
from pathlib import Path

import diembao.commands.run
import diembao.commands.worker
import scheduler.fleet
import scheduler.fleet_tables
from diembao.__main__ import main
from scheduler.preloading import readers

# What the program finds here is imported before the first fork.
READY = (diembao.commands.run.run, diembao.commands.worker.run, scheduler.fleet.FleetQueue, readers)


def share_readers():
    """Let all who are forked take their readers from one server, as long as it lives.

    One who is killed while asking for a reader takes the server along; then they start their own.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload(["scheduler.preloading"])
    shared = forkserver._forkserver
    start, mine = shared.ensure_running, os.getpid()

    def ensure():
        if shared._forkserver_pid is not None and os.getpid() != mine:
            if is_alive(shared._forkserver_pid):
                return
            shared._forkserver_pid = shared._forkserver_address = None
        start()

    shared.ensure_running = ensure


def is_alive(pid):
    """Tell whether a process is there and not only waits for its parent to hear of its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def import_all(names):
    """Import what a process that has done its work had imported by then."""
    for name in names:
        with suppress(ImportError):  # some are not modules by themselves
            importlib.import_module(name)
    return len(names)


def become(order):
    """Be the program, as if started from a shell."""
    os.setsid()
    # Readers import the main module of who starts them; the program's costs nothing.
    sys.modules["__main__"].__spec__ = find_spec("diembao.__main__")
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for given, number in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(given, number)
    code = 70
    try:
        code = main(order["arguments"])
        if "used" in order:
            Path(order["used"]).write_text("\n".join(sys.modules), "utf-8")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve():
    """Start what is asked for until stdin ends."""
    share_readers()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        elif "import" in order:
            answer = import_all(Path(order["import"]).read_text("utf-8").split())
        elif "stop" in order:
            os.kill(order["stop"], signal.SIGTERM)
            answer = 0
        else:
            forkserver._forkserver.ensure_running()
            answer = os.fork()
            if answer == 0:
                become(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
