"""How long `diembao --help` takes, against the bare start of the interpreter."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

RUNS = 15
DIEMBAO = Path(sys.executable).with_name("diembao")


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    bare, told = [], []
    for _ in range(RUNS):
        bare.append(seconds([sys.executable, "-c", "pass"]))
        told.append(seconds([str(DIEMBAO), "--help"]))
    print(f"help: python -c pass {median(bare) * 1000:.0f} ms (median of {RUNS})")
    print(f"help: diembao --help {median(told) * 1000:.0f} ms (median of {RUNS})")
    print(f"help: ratio {median(told) / median(bare):.1f}")


if __name__ == "__main__":
    main()
