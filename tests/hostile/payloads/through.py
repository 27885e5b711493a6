"""Ways through the kernel: networks, shared memory, keys, namespaces, machinery of its own."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import http.client
import mmap
import multiprocessing.shared_memory
import os
import resource
import smtplib
import socket
import struct
import sys
import termios
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.hostile.payloads import AT_CWD, Stage, escape, escapes, raw, say

LOCAL = "127.0.0.1"


def send_udp(stage: Stage) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", (LOCAL, stage.udp))


def connect(family: int, address: object, kind: int = socket.SOCK_STREAM) -> None:
    with socket.socket(family, kind) as out:
        out.connect(address)
        out.send(b"x")


def connect_raw(stage: Stage) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    number = library.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(stage.tcp), bytes([127, 0, 0, 1]))
    library.connect(number, address, len(address))


async def stream(stage: Stage) -> None:
    await asyncio.open_connection(LOCAL, stage.tcp)


def listen(stage: Stage) -> socket.socket:
    return socket.create_server((LOCAL, 0))


def paired(stage: Stage) -> None:
    first, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    first.sendto(b"x", str(stage.home / "datagrams"))


def held(made: object, stage: Stage) -> None:
    """Keep what was made, so that the harness sees it among the open files."""
    stage.kept = made


escapes(
    "network",
    {
        "tcp": lambda s: connect(socket.AF_INET, (LOCAL, s.tcp)),
        "create_connection": lambda s: socket.create_connection((LOCAL, s.tcp)),
        "raw": connect_raw,
        "udp": send_udp,
        "http": lambda s: http.client.HTTPConnection(LOCAL, s.tcp, timeout=1).connect(),
        "urllib": lambda s: urllib.request.urlopen(f"http://{LOCAL}:{s.tcp}", timeout=0.1),
        "smtp": lambda s: smtplib.SMTP(LOCAL, s.tcp, timeout=0.1),
        "asyncio": lambda s: asyncio.run(stream(s)),
        "listen": lambda s: held(listen(s), s),
        "netlink": lambda s: held(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW), s),
        "pair": lambda s: held(socket.socketpair(), s),
    },
)
escapes(
    "local sockets",
    {
        "path": lambda s: connect(socket.AF_UNIX, str(s.home / "socket")),
        "datagram": lambda s: connect(socket.AF_UNIX, str(s.home / "datagrams"), socket.SOCK_DGRAM),
        "abstract": lambda s: connect(socket.AF_UNIX, f"\0escape{s.harness}"),
        "paired": paired,
    },
)


@escape("local sockets", before=lambda s: socket.socket(socket.AF_UNIX))
def made_before(stage: Stage) -> None:
    assert isinstance(stage.kept, socket.socket)
    stage.kept.connect(str(stage.home / "socket"))


def shared_memory(stage: Stage) -> None:
    held(multiprocessing.shared_memory.SharedMemory("escape", create=True, size=9), stage)


def bpf(stage: Stage) -> None:
    attributes = struct.pack("IIII", 2, 4, 4, 1) + bytes(112)  # an array of one word
    raw("bpf", 0, attributes, len(attributes))


def perf(stage: Stage) -> None:
    attributes = struct.pack("=IIQ", 1, 128, 0) + bytes(112)  # the clock of the processor
    raw("perf_event_open", attributes, 0, -1, -1, 0)


escapes(
    "shared between processes",
    {
        "shm_open": shared_memory,
        "shmget": lambda s: raw("shmget", 0, 4096, 0o1600),
        "msgget": lambda s: raw("msgget", 0, 0o1600),
        "semget": lambda s: raw("semget", 0, 1, 0o1600),
        "message_queue": lambda s: raw("mq_open", b"escape", os.O_CREAT | os.O_RDWR, 0o600, 0),
        "key": lambda s: raw("add_key", b"user", b"escape", b"x", 1, -2),
    },
)
escapes(
    "machinery",
    {
        "io_uring": lambda s: raw("io_uring_setup", 1, bytes(120)),
        "memfd": lambda s: raw("memfd_create", b"escape", 0),
        "bpf": bpf,
        "userfaultfd": lambda s: raw("userfaultfd", 1),
        "inotify": lambda s: raw("inotify_init1", 0),
        "fanotify": lambda s: raw("fanotify_init", 0, 0),
        "fsopen": lambda s: raw("fsopen", b"proc", 0),
        "perf": perf,
    },
)
NEW_NAMESPACES = {
    "mount": 0x00020000, "group": 0x02000000, "name": 0x04000000, "ipc": 0x08000000,
    "net": 0x40000000,
}  # fmt: skip


def mount_in_own(stage: Stage) -> None:
    raw("unshare", NEW_NAMESPACES["mount"])
    raw("mount", b"none", os.fsencode(stage.home), b"tmpfs", 0, 0)


escapes(
    "namespaces",
    {
        **{
            f"unshare_{name}": lambda s, flag=flag: raw("unshare", flag)
            for name, flag in NEW_NAMESPACES.items()
        },
        "mount": mount_in_own,
        "chroot": lambda s: os.chroot(s.home),
        "open_tree": lambda s: raw("open_tree", AT_CWD, os.fsencode(s.home), 1),
    },
)
escapes(
    "namespaces",
    {
        "mount_directly": lambda s: say(
            f"\n{raw('mount', b'none', os.fsencode(s.home), b'tmpfs', 0, 0)} was answered\n"
        ),
        "setns": lambda s: raw("setns", os.open("/proc/1/ns/mnt", os.O_RDONLY), 0),
    },
    unproven="it would change the machine, or nothing where there are no containers",
)
escapes(
    "identity",
    {
        "setuid": lambda s: os.setuid(1234),
        "setresuid": lambda s: os.setresuid(1234, 1234, 0),
        "setgid": lambda s: os.setgid(1234),
        "setgroups": lambda s: os.setgroups([1234]),
        "personality": lambda s: held(raw("personality", 0x0040000), s),
    },
)


def now(stage: Stage) -> None:
    seconds = int(time.time())
    say(f"\n{raw('clock_settime', 0, struct.pack('qq', seconds, 0))} was answered\n")


escapes(
    "machine",
    {
        "clock": now,
        "name": lambda s: say(
            f"\n{raw('sethostname', os.uname().nodename.encode(), len(os.uname().nodename))}"
            " was answered\n"
        ),
        "log": lambda s: say(f"\n{raw('syslog', 10, 0, 0)} was answered\n"),
        "kernel_settings": lambda s: say(
            f"\n{Path('/proc/sys/kernel/core_pattern').open('r+')} was answered\n"
        ),
    },
    unproven="it would change the machine, so its own word counts",
)
escapes(
    "tricks",
    {
        "type_on_terminal": lambda s: fcntl.ioctl(0, termios.TIOCSTI, b"\n"),
        "terminal_settings": lambda s: termios.tcsetattr(0, termios.TCSANOW, no_echo()),
    },
)


def no_echo() -> list[object]:
    settings = termios.tcgetattr(0)
    settings[3] &= ~termios.ECHO
    return settings


def in_finalizer(stage: Stage) -> None:
    class Last:
        def __del__(self) -> None:
            say(stage.secret.read_bytes())

    Last()


def in_tracer(stage: Stage) -> None:
    def trace(*seen: object) -> None:
        sys.settrace(None)
        say(stage.secret.read_bytes())

    sys.settrace(trace)
    no_echo()


def in_callback(stage: Stage) -> None:
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    def compare(*_: object) -> int:
        say(stage.secret.read_bytes())
        return 0

    ctypes.CDLL(None).qsort(bytes(8), 2, 4, kind(compare))


def in_machine_code(stage: Stage) -> None:
    """Open by instructions of our own: mov rax,rdi; mov rdi,rsi; mov rsi,rdx; mov rdx,rcx."""
    memory = mmap.mmap(-1, 4096, prot=7)
    memory[:15] = bytes.fromhex("4889f84889f74889d64889ca0f05c3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    call = ctypes.CFUNCTYPE(ctypes.c_long, *[ctypes.c_long] * 4)(address)
    path = ctypes.create_string_buffer(os.fsencode(stage.secret))
    say(os.read(call(2, ctypes.addressof(path), 0, 0), 4096))


escapes("later", {"finalizer": in_finalizer, "tracer": in_tracer, "callback": in_callback})
escape("machine code", only="x86_64")(in_machine_code)


@escape("limits")
def memory(stage: Stage) -> None:
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    held(mmap.mmap(-1, 3 << 30), stage)


@escape("limits")
def big_file(stage: Stage) -> None:
    os.truncate(os.open("big", os.O_CREAT | os.O_RDWR), 1 << 30)
