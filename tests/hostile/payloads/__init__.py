"""Ways out of a box, by families, written from the audit events that Python documents."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.sandbox import kernel

NUMBERS = """
process_vm_readv:310:270 process_vm_writev:311:271 ptrace:101:117 perf_event_open:298:241
bpf:321:280 userfaultfd:323:282 fanotify_init:300:262 inotify_init1:294:26 add_key:248:217
memfd_create:319:279 execveat:322:281 unshare:272:97 chroot:161:51 setns:308:268 shmget:29:194
msgget:68:186 semget:64:190 mq_open:240:180 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240
tkill:200:130 prlimit64:302:261 mknodat:259:33 renameat2:316:276 linkat:265:37 openat:257:56
clone:56:220 mount:165:40 setuid:105:146 setresuid:117:147 setgroups:116:159 truncate:76:45
setxattr:188:5 personality:135:92 splice:275:76 fork:57:0
clock_settime:227:112 sethostname:170:161 syslog:103:116
"""
NEWER = {
    "io_uring_setup": 425, "open_tree": 428, "fsopen": 430, "clone3": 435,
    "openat2": 437, "pidfd_getfd": 438,
}  # fmt: skip
"""System calls that ``os`` has no function for, or has one with checks of its own."""

AT_CWD, AT_EMPTY_PATH = -100, 0x1000


def raw(name: str, *arguments: int | bytes) -> int:
    """Make a system call by its number."""
    return kernel.call(number(name), *arguments)


def number(name: str) -> int:
    """Return the number of a call on this processor."""
    if name in NEWER:
        return NEWER[name]
    rows = dict(each.split(":", 1) for each in NUMBERS.split())
    return int(rows[name].split(":")[kernel.machine() == "aarch64"])


@dataclass
class Stage:
    """What lies outside of the box, and what may be drawn."""

    home: Path
    """Somebody else's folder: ``secret.txt``, ``assistant.db``, ``folder/``, a name, a module."""
    scratch: Path
    """The box's own; it has a link to the secret, made by another."""
    tcp: int
    udp: int
    victim: int
    """A process of the same user, with the secret in its environment, memory and standard input."""
    harness: int
    canary: int
    """The address of 32 bytes in the harness, which is also their address here."""
    chance: random.Random
    kept: object = None
    """What was made before the box was closed."""

    @property
    def secret(self) -> Path:
        return self.home / "secret.txt"

    def spell(self, path: Path) -> str | bytes | Path:
        """Return a path in one of the ways that name the same file."""
        text = str(path)
        up = "../" * len(Path.cwd().parents)
        ways = [
            text, path, os.fsencode(text), "//" + text[1:], text.replace("/", "/./"),
            up + text[1:], f"{path.parent}/../{path.parent.name}/{path.name}",
            f"/proc/self/root{text}",
        ]  # fmt: skip
        return self.chance.choice(ways)


def say(data: bytes | str) -> None:
    """Let something out by the one way that is open: the pipe to the harness."""
    os.write(1, data if isinstance(data, bytes) else os.fsencode(data))


@dataclass(frozen=True)
class Payload:
    """One way out: what is tried, what was prepared, and why it is not tried without a box."""

    family: str
    name: str
    act: Callable[[Stage], object]
    before: Callable[[Stage], object] | None = None
    unproven: str = ""
    only: str = ""
    """The one processor it is for."""
    refused: bool = False
    """The box is not even closed, which is told by the one who closes it."""


PAYLOADS: list[Payload] = []


def escape(
    family: str,
    before: Callable[[Stage], object] | None = None,
    unproven: str = "",
    only: str = "",
    refused: bool = False,
) -> Callable[[Callable[[Stage], object]], Callable[[Stage], object]]:
    """Add a function to the payloads of a family."""

    def add(act: Callable[[Stage], object]) -> Callable[[Stage], object]:
        PAYLOADS.append(Payload(family, act.__name__, act, before, unproven, only, refused))
        return act

    return add


def escapes(family: str, acts: dict[str, Callable[[Stage], object]], unproven: str = "") -> None:
    """Add functions of one line, by name. What they return is let out."""
    for name, act in acts.items():
        PAYLOADS.append(Payload(family, name, act, unproven=unproven))
