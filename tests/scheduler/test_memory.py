"""What pages leave behind in the allocator goes back to the system."""

import gc
import platform
from pathlib import Path

import pytest

from scheduler.memory import give_back, settle

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


def test_what_a_process_consists_of_is_settled_once():
    settle()
    settled = gc.get_freeze_count()
    assert settled > 0
    later = [{} for _ in range(1_000)]
    settle()
    assert gc.get_freeze_count() <= settled
    assert len(later) == 1_000
