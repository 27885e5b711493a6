"""What can be seen from outside of a box: what came out of it, what it left and what it holds."""

from __future__ import annotations

import ctypes
import fcntl
import os
import pty
import random
import resource
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import termios
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import assistant
from assistant.sandbox import kernel
from tests.hostile.payloads import Stage

HELD = (
    "anon_inode:[io_uring]", "anon_inode:[userfaultfd]", "anon_inode:[perf_event]",
    "anon_inode:[fanotify]", "anon_inode:[pidfd]", "anon_inode:[fscontext]", "anon_inode:inotify",
    "anon_inode:bpf", "pidfd:", "socket:", "/memfd:", "/escape", "/dev/shm/", "/dev/pts/ptmx",
)  # fmt: skip
"""Open files that no box may hold, as ``/proc/PID/fd`` shows them."""
INSTALLED = (
    Path(assistant.__file__).with_name("escape.pyc"),
    Path(os.__file__).with_name("escape.pth"),
)
SHARED = {"shm": {"x86_64": 31, "aarch64": 195}, "msg": {"x86_64": 71, "aarch64": 187},
          "sem": {"x86_64": 66, "aarch64": 191}}  # fmt: skip
"""The calls that take System V's objects away again."""
SMALL_FILE, LARGE_FILE, LARGE_MEMORY = 1 << 16, 512 << 20, 2 << 30
WATCHED = ("TracerPid", "Cpus_allowed:", "ShdPnd", "SigPnd")
NOBODY = 65534
SET_DEATH_SIGNAL, CHILD_SUBREAPER = 1, 36


class Outside:
    """Everything that a box is to be kept from, and the eyes on it."""

    def __init__(self, place: Path, user: int) -> None:
        self.user = user
        self.token = secrets.token_hex(16)
        self.home, self.scratch = place / "home", place / "scratch"
        self.home.mkdir()
        self.rows = _database(self.token)
        self.canary = ctypes.create_string_buffer(b"as it was", 32)
        self.tcp = socket.create_server(("127.0.0.1", 0), backlog=8)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0escape{os.getpid()}")
        self.abstract.listen(8)
        self.stream: socket.socket | None = None
        self.datagrams: socket.socket | None = None
        self.terminal, self.slave = pty.openpty()
        self.settings = termios.tcgetattr(self.slave)
        self.signals: list[int] = []
        for number in (signal.SIGUSR1, signal.SIGIO):
            signal.signal(number, lambda number, _: self.signals.append(number))
        kernel.prctl(CHILD_SUBREAPER, 1)
        os.setpgid(0, 0)  # a signal to the group is for this process alone
        self._empty_scratch()
        self.furnish()
        self.victim = self._victim()
        self.before, self.keys = self._state(), _keys()

    def furnish(self) -> None:
        """Make the folders as they were."""
        for each in self.home.iterdir():
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
        for each in INSTALLED:
            each.unlink(missing_ok=True)
        (self.home / "secret.txt").write_text(f"SECRET = {self.token!r}\n")
        (self.home / "module.py").write_text(f"SECRET = {self.token!r}\n")
        (self.home / self.token).touch()
        (self.home / "empty").mkdir()
        (self.home / "folder").mkdir()
        (self.home / "folder" / "secret.txt").write_text(self.token)
        shutil.copy(_library(), self.home / "library.so")
        (self.home / "assistant.db").write_bytes(self.rows)
        self._listen()
        self._give_away(self.home, *self.home.rglob("*"))

    def _empty_scratch(self) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        (self.scratch / "own").write_text("own")
        (self.scratch / "link").symlink_to(self.home / "secret.txt")
        self._give_away(self.scratch, self.scratch / "own")

    def _give_away(self, *paths: Path) -> None:
        if self.user != os.getuid():
            for each in paths:
                os.chown(each, self.user, self.user)

    def _listen(self) -> None:
        for each in (self.stream, self.datagrams):
            if each:
                each.close()
        self.stream, self.datagrams = (
            socket.socket(socket.AF_UNIX, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
        )
        self.stream.bind(str(self.home / "socket"))
        self.stream.listen(8)
        self.datagrams.bind(str(self.home / "datagrams"))

    def stage(self, chance: random.Random) -> Stage:
        """Return what a payload is told."""
        return Stage(
            self.home, self.scratch, self.tcp.getsockname()[1], self.udp.getsockname()[1],
            self.victim, os.getpid(), ctypes.addressof(self.canary), chance,
        )  # fmt: skip

    def _victim(self) -> int:
        held = self.home.with_name("held")  # which no payload changes, as it does the others
        held.write_text(self.token)
        with held.open() as secret:
            started = subprocess.Popen(
                ["/bin/sleep", "99999"],
                env={"SECRET": self.token}, stdin=secret, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, cwd=self.home, preexec_fn=_end_with_parent,
                user=self.user or None, group=self.user or None,
            )  # fmt: skip
        return started.pid

    def seen(self, child: int, out: bytes) -> set[str]:
        """Return everything that is not as it is while a box is tight."""
        after = self._state()
        found = {name for name in after if after[name] != self.before[name]}
        found |= {"kept a key"} if _keys() - self.keys else set()
        found |= {"read"} if self.token.encode() in out else set()
        found |= {"told"} if b"was answered" in out else set()
        found |= {"contacted"} if any(self._contacts()) else set()
        found |= {"signalled"} if self.signals else set()
        found |= set(self._of(child))
        others = {*children(os.getpid())} - {self.victim, child}
        return found | {f"child {_name(each)}" for each in others}

    def _contacts(self) -> Iterator[bool]:
        for server in (self.tcp, self.abstract, self.stream):
            assert server
            server.setblocking(False)
            with suppress(BlockingIOError):
                server.accept()[0].close()
                yield True
        for box in (self.udp, self.datagrams):
            assert box
            with suppress(BlockingIOError):
                yield bool(box.recv(9, socket.MSG_DONTWAIT))

    def _state(self) -> dict[str, object]:
        """Return what must stay the same, by the name of what has happened where it does not."""
        me, victim = os.getpid(), Path(f"/proc/{self.victim}")
        status = victim.joinpath("status").read_text() if victim.exists() else ""
        lines = [x for x in status.splitlines() if x.startswith(WATCHED)]
        touched: list[object] = [*lines, any(f"State:\t{x}" in status for x in "TtZX")]
        with suppress(ProcessLookupError, FileNotFoundError):
            touched += [os.getpriority(os.PRIO_PROCESS, self.victim)]
            touched += [os.sched_getscheduler(self.victim)]
            touched += [victim.joinpath("limits").read_text()]
            touched += [victim.joinpath("oom_score_adj").read_text()]
        return {
            "wrote": {p: _file(p) for p in (*self.home.rglob("*"), self.home, *INSTALLED)},
            "touched": touched,
            "touched the harness": (
                resource.getrlimit(resource.RLIMIT_CORE), Path(f"/proc/{me}/comm").read_text(),
                self.canary.raw,
            ),
            "shared": {x: Path("/proc/sysvipc", x).read_text() for x in SHARED},
            "mounted": Path("/proc/self/mountinfo").read_text(),
            "typed": fcntl.ioctl(self.slave, termios.FIONREAD, bytes(4)),
            "set the terminal": repr(termios.tcgetattr(self.slave)),
        }  # fmt: skip

    def _of(self, child: int) -> Iterator[str]:
        """Yield what a box holds or has become, by what the kernel tells of the process."""
        for each in self.scratch.rglob("*"):
            if each.lstat().st_size > LARGE_FILE:
                yield "large file"
        proc = Path(f"/proc/{child}")
        with suppress(OSError):
            for each in (proc / "fd").iterdir():
                link = str(each.readlink())
                if link == "/" or link.startswith(HELD):
                    yield f"holds {link}"
        with suppress(OSError):
            if str(self.home) in (proc / "maps").read_text():
                yield "mapped"
            for task in (proc / "task").iterdir():
                yield from self._of_thread(task)

    def _of_thread(self, task: Path) -> Iterator[str]:
        status = dict(x.split(":", 1) for x in (task / "status").read_text().splitlines())
        own = Path("/proc/self")
        facts = {
            "another user": status["Uid"].split() != [str(self.user)] * 4,
            "another group": status["Gid"].split() != [str(self.user)] * 4,
            "more groups": "1234" in status["Groups"],
            "large": int(status.get("VmSize", "0").split()[0]) << 10 > LARGE_MEMORY,
            "another personality": (task / "personality").read_text()
            != (own / "personality").read_text(),
            "executed": (task / "exe").readlink() != (own / "exe").readlink(),
            "another root": str((task / "root").readlink()) != "/",
        }
        yield from (name for name, found in facts.items() if found)
        for each in (own / "ns").iterdir():
            if each.readlink() != (task / "ns" / each.name).readlink():
                yield f"another {each.name}"

    def tidy(self, child: int) -> None:
        """End what was started, and make the outside what it was."""
        while left := {*children(os.getpid())} - {self.victim}:
            for each in left:
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
                with suppress(ChildProcessError):  # a grandchild, which comes to us next
                    os.waitpid(each, 0)
        after = self._state()
        if after["wrote"] != self.before["wrote"]:
            self.furnish()
        self._empty_scratch()
        self._forget_shared()
        termios.tcflush(self.slave, termios.TCIFLUSH)
        termios.tcsetattr(self.slave, termios.TCSANOW, self.settings)
        self.canary.value = b"as it was"
        self.signals.clear()
        if after["touched"] != self.before["touched"]:
            self.close()
            self.victim = self._victim()
        self.before, self.keys = self._state(), _keys()

    def _forget_shared(self) -> None:
        for kind, numbers in SHARED.items():
            lines = Path("/proc/sysvipc", kind).read_text().splitlines()[1:]
            old = str(self.before["shared"])
            for line in (x for x in lines if x not in old):
                with suppress(OSError):
                    kernel.call(numbers[kernel.machine()], int(line.split()[1]), 0, 0)
        Path("/dev/shm/escape").unlink(missing_ok=True)
        with suppress(OSError):
            kernel.call({"x86_64": 241, "aarch64": 181}[kernel.machine()], b"escape")

    def close(self) -> None:
        """End the victim."""
        with suppress(ProcessLookupError):
            os.kill(self.victim, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.victim, 0)


def _keys() -> set[str]:
    """Return our keys by number; the kernel throws those of dead processes away in time."""
    lines = Path("/proc/keys").read_text().splitlines()
    return {x.split()[0] for x in lines if " escape: " in x}


def _end_with_parent() -> None:
    kernel.prctl(SET_DEATH_SIGNAL, signal.SIGKILL)


def _database(text: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE secrets (text)")
        database.execute("INSERT INTO secrets VALUES (?)", (text,))
        database.commit()
        return database.serialize()


def _library() -> str:
    lines = Path("/proc/self/maps").read_text().splitlines()
    return next(x.split()[-1] for x in lines if ".so" in x)


def _file(path: Path) -> object:
    """Return everything about a file but when it was read."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    content = path.read_bytes() if path.is_file() and found.st_size < SMALL_FILE else b""
    labels = os.listxattr(path, follow_symlinks=False)
    return (
        found.st_mode,
        found.st_uid,
        found.st_gid,
        found.st_mtime_ns,
        found.st_nlink,
        labels,
        content,
    )


def _name(process: int) -> str:
    with suppress(OSError):
        return f"{process} {Path(f'/proc/{process}/cmdline').read_bytes()!r}"
    return str(process)


def children(process: int) -> list[int]:
    """Return the children of a process and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found + [each for child in found for each in children(child)]
