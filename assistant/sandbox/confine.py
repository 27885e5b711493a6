"""A process that gives up everything but what it was granted, for good and for its children.

What remains is held by the kernel (Landlock for files and ports, seccomp for system calls), so that
it holds for machine code as well.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from assistant.errors import SandboxError
from assistant.sandbox import kernel, landlock, seccomp
from assistant.sandbox.places import places
from assistant.sandbox.rights import Rights
from assistant.sandbox.syscalls import MACHINES

FILE_SIZE = 256 << 20
"""Bytes that one file may grow to."""
OPEN_FILES = 256

SET_DEATH_SIGNAL, GET_SECCOMP, SET_NO_NEW_PRIVILEGES = 1, 21, 38
SET_DUMPABLE, DROP_FROM_BOUND = 4, 24
CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITIES_3 = 0x20080522


def supported() -> str:
    """Return "" where this system enforces rights, else one sentence why it does not."""
    if sys.platform != "linux":
        return "The rights of skills are not enforced here: only Linux can."
    if kernel.machine() not in MACHINES:
        return "The rights of skills are not enforced on this processor, only on x86_64 and ARM64."
    if not landlock.abi():
        return (
            "The rights of skills are not enforced here: this Linux has no Landlock"
            " (5.13 or later has), or it is switched off."
        )
    try:
        kernel.prctl(GET_SECCOMP)
    except OSError:
        return "The rights of skills are not enforced here: this Linux was built without seccomp."
    return ""


def confine(
    rights: Rights, scratch: Path | None, memory: int, processes: int, keep: Collection[int] = ()
) -> None:
    """Give up everything but these rights and the folder `scratch`, for good.

    `memory` is in bytes and for each process, `processes` counts threads as well (root is not held
    to it), `keep` are the open files to keep beside 0, 1 and 2. The process ends when the thread
    that started it does. Raises SandboxError; the process is then of no more use.
    """
    if why_not := supported():
        raise SandboxError(why_not)
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        raise SandboxError("A process that has started threads can't be confined: start another.")
    abi = landlock.abi()
    try:
        _close_all_but({0, 1, 2, *keep})
        _settle(scratch or Path("/"))
        _limit(memory, processes)
        _lower()
        landlock.restrict(places(rights, scratch), connect=rights.network, abi=abi)
        seccomp.restrict(network=rights.network, programs=bool(rights.programs), signals=abi >= 6)
    except OSError as error:
        raise SandboxError(f"A skill can't be confined here, so it isn't run: {error}.") from error


def _settle(scratch: Path) -> None:
    """Make a folder the one that files are written in where nobody says another."""
    os.chdir(scratch)
    os.umask(0o077)  # and nothing can change the rights of a file later
    os.environ["TMPDIR"] = str(scratch)
    if loaded := sys.modules.get("tempfile"):
        vars(loaded)["tempdir"] = None  # which it looked up before


def _close_all_but(keep: Collection[int]) -> None:
    first = 0
    for number in sorted(keep):
        if number > first:  # a range without numbers would be taken for all there are
            os.closerange(first, number)
        first = number + 1
    os.closerange(first, 1 << 30)


def _limit(memory: int, processes: int) -> None:
    import resource

    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_FSIZE: FILE_SIZE,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_NPROC: _tasks() + processes,
    }
    for limit, wanted in limits.items():
        most = resource.getrlimit(limit)[1]
        value = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(limit, (value, value))


def _tasks() -> int:
    """Return how many threads the user has: the kernel counts them all against one limit."""
    count = 0
    with os.scandir("/proc") as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                    count += Path(entry.path, "task").stat().st_nlink - 2
    return count


def _lower() -> None:
    """Give up what a process may do as root, or gain by a program that is set to another user."""
    kernel.prctl(SET_NO_NEW_PRIVILEGES, 1)
    with suppress(OSError):  # of whoever is not root, or where the last one was passed
        for capability in range(64):
            kernel.prctl(DROP_FROM_BOUND, capability)
    header = struct.pack("=Ii", CAPABILITIES_3, 0)
    kernel.call(CAPSET[kernel.machine()], header, bytes(24))
    kernel.prctl(SET_DUMPABLE, 0)
    kernel.prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
