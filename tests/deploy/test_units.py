"""systemd's own tool reads the units; it need not run, but no package index has it."""

import shutil

import pytest

from tests.deploy.conftest import DEPLOY, is_understood, run

UNITS = DEPLOY / "systemd"
SERVICES = ["diembao.service", "diembao-worker@.service", "diembao-backup.service"]
# 0 is nothing exposed, 10 everything; what the network and the file system need leaves 1.2.
MOST_EXPOSED = 1.5
# What the units name that is systemd's own, or the machine's.
TARGETS = (
    "sysinit", "basic", "shutdown", "network-online", "multi-user", "timers",
    "time-set", "time-sync",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="this machine has no systemd: its units are not read here",
)


@pytest.fixture
def machine(tmp_path):
    """A machine's files as far as the units name them: targets, the program, the units."""
    targets = tmp_path / "usr" / "lib" / "systemd" / "system"
    units = tmp_path / "etc" / "systemd" / "system"
    for folder in (targets, units):
        folder.mkdir(parents=True)
    for name in TARGETS:
        (targets / f"{name}.target").write_text(f"[Unit]\nDescription={name}\n")
    (targets / "system.slice").write_text("[Unit]\nDescription=slice\n[Slice]\n")
    for program in ("opt/diembao/venv/bin/diembao", "usr/bin/kill"):
        path = tmp_path / program
        path.parent.mkdir(parents=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    for unit in UNITS.iterdir():
        shutil.copy(unit, units)
    return tmp_path


def verified(machine):
    names = [path.name.replace("@.", "@1.") for path in UNITS.iterdir()]
    return run("systemd-analyze", "verify", "--man=no", f"--root={machine}", *names)


def exposure(unit):
    code, said = run(
        "systemd-analyze",
        "security",
        "--offline=true",
        f"--threshold={MOST_EXPOSED * 10:.0f}",
        unit,
    )
    level = float(said.rsplit("Overall exposure level for", 1)[1].split(":")[1].split()[0])
    return code, level


def test_units_are_understood_without_a_complaint(machine):
    assert verified(machine) == (0, "")


def test_misspelled_key_would_be_noticed(machine):
    unit = machine / "etc" / "systemd" / "system" / "diembao.service"
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHom="))
    _code, said = verified(machine)
    assert "Unknown key 'ProtectHom'" in said


@pytest.mark.parametrize("unit", SERVICES)
def test_service_exposes_little(unit):
    code, level = exposure(UNITS / unit)
    assert code == 0
    assert level <= MOST_EXPOSED


def test_service_without_its_hardening_would_be_noticed(spoiled):
    _code, level = exposure(spoiled(UNITS / "diembao.service", "CapabilityBoundingSet=\n", ""))
    assert level > exposure(UNITS / "diembao.service")[1]


def directives(unit):
    lines = (UNITS / unit).read_text("utf-8").splitlines()
    return [line for line in lines if "=" in line and not line.startswith("#")]


def test_all_services_are_hardened_alike():
    hardened = []
    for unit in SERVICES:
        lines = directives(unit)
        start = lines.index("NoNewPrivileges=yes")
        hardened.append([line for line in lines[start:] if not line.startswith("WantedBy")])
    assert hardened[0] == hardened[1] == hardened[2]


@pytest.mark.parametrize("unit", SERVICES)
def test_command_of_a_service_is_one_that_the_program_has(unit):
    (start,) = (line for line in directives(unit) if line.startswith("ExecStart="))
    program, *words = start.removeprefix("ExecStart=").split()
    assert program == "/opt/diembao/venv/bin/diembao"
    assert is_understood(words)
