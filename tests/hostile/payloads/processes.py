"""Ways to other processes: starting, signalling, tracing, reading and changing them."""

from __future__ import annotations

import concurrent.futures
import ctypes
import fcntl
import multiprocessing
import os
import pty
import resource
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.hostile.payloads import AT_CWD, AT_EMPTY_PATH, Stage, escape, escapes, raw, say

SHELL = ["/bin/sh", "-c", "echo; echo done; sleep 9"]
SLEEP = ["/bin/sleep", "9"]


def stay() -> None:
    """Be a child that can be seen."""
    time.sleep(9)
    os._exit(0)


def fork_raw(stage: Stage) -> None:
    name = "fork" if os.uname().machine == "x86_64" else "clone"
    if not raw(name, signal.SIGCHLD, 0, 0, 0, 0):
        stay()


def clone(flags: int) -> None:
    if not raw("clone", flags, 0, 0, 0, 0):
        stay()


def clone3(stage: Stage) -> None:
    arguments = struct.pack("QQQQQQQQ", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    if not raw("clone3", arguments, len(arguments)):
        stay()


def forked(fork: object) -> None:
    result = fork()  # type: ignore[operator]
    if result == 0 or (isinstance(result, tuple) and result[0] == 0):
        stay()


def pool(stage: Stage) -> None:
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
        executor.submit(stay)
        say("\ndone\n")


def bomb(stage: Stage) -> None:
    for _ in range(3):
        if not os.fork():
            stay()


def from_memory(stage: Stage) -> None:
    number = raw("memfd_create", b"escape", 0)
    os.write(number, Path(SHELL[0]).read_bytes())
    execute_at(number)


def execute_at(number: int) -> None:
    arguments = (ctypes.c_char_p * 4)(*map(str.encode, SHELL), None)
    raw("execveat", number, b"", ctypes.addressof(arguments), 0, AT_EMPTY_PATH)


def by_loader(stage: Stage) -> None:
    loader = next(
        each
        for each in ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
        if Path(each).exists()
    )
    os.execv(loader, [loader, *SHELL])


def script(stage: Stage) -> None:
    own = stage.scratch / "script"
    own.write_text(f"#!/bin/sh\n{SHELL[-1]}\n")
    own.chmod(0o700)
    os.execv(own, ["script"])


escapes(
    "starting programs",
    {
        "popen": lambda s: subprocess.Popen(SLEEP),
        "popen_shell": lambda s: subprocess.Popen("sleep 9", shell=True),
        "popen_session": lambda s: subprocess.Popen(SLEEP, start_new_session=True),
        "system": lambda s: os.system("sleep 9 &"),
        "libc_system": lambda s: ctypes.CDLL(None).system(b"sleep 9 &"),
        "os_popen": lambda s: os.popen("sleep 9"),
        "spawn": lambda s: os.spawnv(os.P_NOWAIT, SLEEP[0], SLEEP),
        "posix_spawn": lambda s: os.posix_spawn(SLEEP[0], SLEEP, {}),
        "exec": lambda s: os.execv(SHELL[0], SHELL),
        "exec_python": lambda s: os.execv(
            sys.executable, [sys.executable, "-c", f"print(open({str(s.secret)!r}).read())"]
        ),
        "exec_fd": lambda s: os.execve(os.open(SHELL[0], os.O_PATH), SHELL, {}),
        "execveat": lambda s: execute_at(os.open(SHELL[0], os.O_RDONLY)),
        "memory": from_memory,
        "loader": by_loader,
        "script": script,
    },
)
escapes(
    "forking",
    {
        "fork": lambda s: forked(os.fork),
        "forkpty": lambda s: forked(os.forkpty),
        "pty": lambda s: forked(pty.fork),
        "raw": fork_raw,
        "clone_parent": lambda s: clone(0x8000 | signal.SIGCHLD),
        "clone_new_user": lambda s: clone(0x10000000 | signal.SIGCHLD),
        "clone3": clone3,
        "multiprocessing": lambda s: (
            multiprocessing.get_context("fork").Process(target=stay).start()
        ),
        "pool": pool,
        "bomb": bomb,
    },
)


def signalled_by_pipe(stage: Stage) -> None:
    reader, writer = os.pipe()
    fcntl.fcntl(reader, fcntl.F_SETOWN, stage.harness)
    fcntl.fcntl(reader, 10, signal.SIGUSR1)  # F_SETSIG
    fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(writer, b"x")


def queued(name: str, *target: int) -> None:
    raw(name, *target, signal.SIGUSR1, struct.pack("iii", signal.SIGUSR1, 0, -1) + bytes(116))


escapes(
    "signals",
    {
        "kill_parent": lambda s: os.kill(os.getppid(), signal.SIGUSR1),
        "stop_another": lambda s: os.kill(s.victim, signal.SIGSTOP),
        "kill_another": lambda s: os.kill(s.victim, signal.SIGKILL),
        "group": lambda s: os.killpg(os.getpgid(s.harness), signal.SIGUSR1),
        "group_negative": lambda s: os.kill(-os.getpgid(s.harness), signal.SIGUSR1),
        "thread": lambda s: raw("tkill", s.harness, signal.SIGUSR1),
        "queue": lambda s: queued("rt_sigqueueinfo", s.harness),
        "queue_thread": lambda s: queued("rt_tgsigqueueinfo", s.harness, s.harness),
        "pidfd": lambda s: signal.pidfd_send_signal(os.pidfd_open(s.harness), signal.SIGUSR1),
        "owner_of_a_pipe": signalled_by_pipe,
    },
)
escapes(
    "signals",
    {"everybody": lambda s: say(f"{s.victim}" * (os.kill(-1, signal.SIGURG) is None))},
    unproven="it would reach every process of the machine",
)


def read_memory(path: str, address: int) -> bytes:
    with open(path, "rb", buffering=0) as memory:
        memory.seek(address)
        return memory.read(4096)


def environment(stage: Stage) -> int:
    """Return where the environment of the other process lies, which is in the 50th field."""
    return int(Path(f"/proc/{stage.victim}/stat").read_text().rpartition(")")[2].split()[47])


def vector(address: int, length: int) -> bytes:
    return struct.pack("QQ", address, length)


def read_by_call(stage: Stage) -> None:
    buffer = ctypes.create_string_buffer(64)
    own, other = vector(ctypes.addressof(buffer), 64), vector(environment(stage), 64)
    raw("process_vm_readv", stage.victim, own, 1, other, 1, 0)
    say(buffer.raw)


def write_by_call(stage: Stage) -> None:
    buffer = ctypes.create_string_buffer(b"changed")
    own, other = vector(ctypes.addressof(buffer), 7), vector(stage.canary, 7)
    raw("process_vm_writev", stage.harness, own, 1, other, 1, 0)


def write_memory(stage: Stage) -> None:
    with open(f"/proc/{stage.harness}/mem", "r+b", buffering=0) as memory:
        memory.seek(stage.canary)
        memory.write(b"changed")


def take_descriptor(stage: Stage) -> None:
    number = os.pidfd_open(stage.victim)
    say(os.pread(raw("pidfd_getfd", number, 0, 0), 4096, 0))


PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
escapes(
    "other processes",
    {
        "environ": lambda s: say(Path(f"/proc/{s.victim}/environ").read_bytes()),
        "memory": lambda s: say(read_memory(f"/proc/{s.victim}/mem", environment(s))),
        "memory_by_call": read_by_call,
        "write_memory": write_memory,
        "write_by_call": write_by_call,
        "attach": lambda s: raw("ptrace", PTRACE_ATTACH, s.victim, 0, 0),
        "seize": lambda s: raw("ptrace", PTRACE_SEIZE, s.victim, 0, 0),
        "descriptor": take_descriptor,
        "pidfd": lambda s: os.pidfd_open(s.victim),
    },
)
escapes(
    "priorities",
    {
        "prlimit": lambda s: resource.prlimit(s.victim, resource.RLIMIT_NOFILE, (9, 9)),
        "prlimit_raw": lambda s: raw(
            "prlimit64", s.harness, resource.RLIMIT_CORE, struct.pack("QQ", 1, 1), 0
        ),
        "nice": lambda s: os.setpriority(os.PRIO_PROCESS, s.victim, 9),
        "affinity": lambda s: os.sched_setaffinity(s.victim, {0}),
        "scheduler": lambda s: os.sched_setscheduler(s.victim, os.SCHED_IDLE, os.sched_param(0)),
        "oom": lambda s: Path(f"/proc/{s.victim}/oom_score_adj").write_text("999"),
    },
)


def open_in_thread(stage: Stage) -> tuple[threading.Event, threading.Thread]:
    """Start a thread that reads the secret once it is told to."""
    go = threading.Event()

    def read() -> None:
        go.wait()
        say(stage.secret.read_bytes())

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return go, thread


@escape("before the box", before=open_in_thread, refused=True)
def thread(stage: Stage) -> None:
    assert isinstance(stage.kept, tuple)
    go, started = stage.kept
    go.set()
    started.join()


@escape("before the box", before=lambda s: os.open(s.secret, os.O_RDONLY))
def descriptor(stage: Stage) -> None:
    assert isinstance(stage.kept, int)
    say(os.read(stage.kept, 4096))


@escape("before the box", before=lambda s: os.open(s.home, os.O_RDONLY))
def folder(stage: Stage) -> None:
    assert isinstance(stage.kept, int)
    say(os.read(os.open("secret.txt", os.O_RDONLY, dir_fd=stage.kept), 4096))


@escape("before the box", before=lambda s: os.chdir(s.home))
def working_folder(stage: Stage) -> None:
    say(Path("secret.txt").read_bytes())


@escape("before the box", before=lambda s: os.open("/proc/self", os.O_PATH))
def own_proc(stage: Stage) -> None:
    assert isinstance(stage.kept, int)
    say(os.read(raw("openat", stage.kept, b"root" + os.fsencode(stage.secret), 0), 4096))


@escape("before the box", before=lambda s: os.pidfd_open(s.harness))
def held_process(stage: Stage) -> None:
    assert isinstance(stage.kept, int)
    signal.pidfd_send_signal(stage.kept, signal.SIGUSR1)


def in_32_bits(number: int, path: bytes, mode: int) -> None:
    """Make a system call of i386: push rbx; mov eax,edi; mov ebx,esi; mov ecx,edx; int 0x80."""
    import mmap

    low = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40
    memory = mmap.mmap(-1, 4096, flags=low, prot=7)
    memory[:12] = bytes.fromhex("5389f889f389d1cd805bc390")
    memory[256 : 257 + len(path)] = path + b"\0"
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_int] * 3)(address)(number, address + 256, mode)


@escape("other widths", only="x86_64")
def int_80_create(stage: Stage) -> None:
    in_32_bits(8, os.fsencode(stage.home / "new"), 0o600)


@escape("other widths", only="x86_64")
def int_80_fork(stage: Stage) -> None:
    in_32_bits(2, b"", 0)
    say("\ndone\n")
    stay()


@escape("other widths", only="x86_64", unproven="few kernels are built with x32")
def x32(stage: Stage) -> None:
    from assistant.sandbox import kernel

    path = os.fsencode(stage.home / "new")
    kernel.call(0x40000000 | 257, AT_CWD, path, os.O_CREAT | os.O_WRONLY, 0o600)
