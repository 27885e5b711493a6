"""What a processor counts of itself, where it may be asked: instructions, and energy.

Sources: perf_event_open(2) and linux/perf_event.h; the kernel's powercap documentation.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

CALLS = {"x86_64": 298, "aarch64": 241}
"""The number of perf_event_open on each machine."""

HARDWARE, INSTRUCTIONS = 0, 1
"""PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS."""

VERSION = 64
"""Bytes of the first perf_event_attr, which holds all that is asked for here."""

PLAIN = 1 << 5 | 1 << 6
"""exclude_kernel and exclude_hv: what all may ask for."""

POWER = Path("/sys/class/powercap")


class UntoldError(Exception):
    """The machine does not tell; the text says what it answered."""


def counted(run: Callable[[], object], kind: int = HARDWARE, what: int = INSTRUCTIONS) -> int:
    """Return what the threads that this process has now count while something runs.

    ``kind`` and ``what`` are perf's type and config. Raises UntoldError.
    """
    if not sys.platform.startswith("linux") or platform.machine() not in CALLS:
        raise UntoldError("only Linux on x86_64 and aarch64 is asked for its counters")
    with ExitStack() as stack:
        files = []
        for thread in Path("/proc/self/task").iterdir():
            files.append(_opened(int(thread.name), kind, what))
            stack.callback(os.close, files[-1])
        before = [_read(file) for file in files]
        run()
        return sum(_read(file) - start for file, start in zip(files, before, strict=True))


def _opened(thread: int, kind: int, what: int) -> int:
    """Return a file that counts, for one thread of this process."""
    asked = struct.pack("=IIQQQQQ", kind, VERSION, what, 0, 0, 0, PLAIN).ljust(VERSION, b"\0")
    libc = ctypes.CDLL(None, use_errno=True)
    call = ctypes.c_long(CALLS[platform.machine()])
    found: int = libc.syscall(call, asked, thread, -1, -1, ctypes.c_ulong(0))
    if found < 0:
        raise UntoldError(f"perf_event_open: {os.strerror(ctypes.get_errno())}")
    return found


def _read(file: int) -> int:
    count: int = struct.unpack("=Q", os.read(file, 8))[0]
    return count


def microjoules(power: Path = POWER) -> Callable[[], int]:
    """Begin to count the energy of all processors; what is returned gives it up to then.

    A counter that began anew meanwhile is taken to have done so once. Raises UntoldError.
    """
    zones = sorted(power.glob("intel-rapl:?"))
    if not zones:
        raise UntoldError(f"there is no intel-rapl in {power}")
    before = [_energy(zone) for zone in zones]

    def spent() -> int:
        return sum(
            (_energy(zone) - start) % (_number(zone / "max_energy_range_uj") + 1)
            for zone, start in zip(zones, before, strict=True)
        )

    return spent


def _energy(zone: Path) -> int:
    return _number(zone / "energy_uj")


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise UntoldError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
