"""What pages leave behind in the allocator goes back to the system."""

import platform
from pathlib import Path

import pytest

from scheduler.memory import give_back

MEBIBYTE = 2**20


def resident():
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked")
def test_memory_between_what_stays_is_given_back():
    pieces = [bytes(20_000) for _ in range(3_000)]
    stays = pieces[::10]
    del pieces
    before = resident()
    give_back()
    assert before - resident() > 20 * MEBIBYTE
    assert len(stays) == 300
