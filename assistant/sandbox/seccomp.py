"""Seccomp: which system calls a process keeps the right to make.

The filter is a list: what is not in it answers EPERM. A call is let through by its exact number, so
that those of x32, which carry another bit, are refused with the rest.
Source: https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.sandbox import kernel, syscalls

LOAD, EQUAL, AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
"""Operations of classic BPF on 32-bit words: ld, jeq, jge, and, ret."""
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Offsets in ``struct seccomp_data``; each argument takes 8 bytes, the lower half first."""
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SET_FILTER, ALL_THREADS = 1, 1
WHOLE = 0xFFFFFFFF

CLONE_THREAD, CLONE_PARENT = 0x00010000, 0x00008000
CLONE_NEW = 0x7E020080
"""Every CLONE_NEW flag, which make namespaces."""
MODE, TRUNCATE = 0o3, 0o1000
FORMS_OF_OPEN = (0, 1, 2, 1 | TRUNCATE, 2 | TRUNCATE)
"""Reading, writing, both. Truncating what is opened for less passes the first Landlocks."""
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
"""DUPFD to SETLKW, the OFD locks, DUPFD_CLOEXEC, GETPIPE_SZ: nothing that makes signals."""
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: nothing that types or configures."""
PRCTL = (15, 16, 0x53564D41)
"""SET_NAME, GET_NAME, SET_VMA: names of threads and of memory."""
UNIX, INTERNET = 1, (2, 10)
STREAM, DATAGRAM, TYPE = 1, 2, 0xF
PROTOCOLS = (0, 6, 17)
"""The usual one, TCP, UDP."""


@dataclass(frozen=True)
class Test:
    """Holds where the bits of an argument that are in the mask make one of the values."""

    argument: int
    mask: int
    values: tuple[int, ...]


Rules = Mapping[str, tuple[Test, ...] | int]
"""Of each guarded call what must hold for it, or the number of the error that it answers."""


def restrict(*, network: bool, programs: bool, signals: bool) -> None:
    """Give up all other system calls, in every thread. Raises OSError.

    With `signals`, the kernel by itself lets signals reach no process outside.
    """
    machine = kernel.machine()
    code = program(machine, guards(os.getpid(), network, programs, signals), network, programs)
    kept = ctypes.create_string_buffer(code, len(code))
    filter_ = struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))
    number = syscalls.numbers(syscalls.GUARDED, machine)["seccomp"]
    if kernel.call(number, SET_FILTER, ALL_THREADS, filter_):
        raise OSError(errno.EBUSY, "a thread has a filter of its own")


def guards(own: int, network: bool, programs: bool, signals: bool) -> Rules:
    """Return what must hold for each call that is let through in some forms only."""
    kinds = Test(1, TYPE, (STREAM, DATAGRAM))
    to_itself: tuple[Test, ...] = (Test(0, WHOLE, (own,)),)
    may_signal = () if programs and signals else to_itself
    threads = CLONE_NEW | CLONE_PARENT | (0 if programs else CLONE_THREAD)
    refused = errno.EACCES
    return {
        "open": (Test(1, MODE | TRUNCATE, FORMS_OF_OPEN),),
        "openat": (Test(2, MODE | TRUNCATE, FORMS_OF_OPEN),),
        "fcntl": (Test(1, WHOLE, FCNTL),),
        "ioctl": (Test(1, WHOLE, IOCTL),),
        "prctl": (Test(0, WHOLE, PRCTL),),
        "prlimit64": (Test(0, WHOLE, (0,)),),
        "clone": (Test(0, threads, (threads & CLONE_THREAD,)),),
        "kill": may_signal,
        "tgkill": may_signal,
        "socket": (Test(0, WHOLE, INTERNET), kinds, Test(2, WHOLE, PROTOCOLS))
        if network
        else refused,
        "socketpair": (Test(0, WHOLE, (UNIX,)), Test(1, TYPE, (STREAM,))) if network else refused,
        "connect": () if network else refused,
    }


def program(machine: str, rules: Rules, network: bool, programs: bool) -> bytes:
    """Return the filter for a processor as instructions of 8 bytes."""
    plain = syscalls.ALWAYS
    plain += syscalls.NETWORK if network else ""
    plain += syscalls.PROGRAMS if programs else ""
    code = [
        _do(LOAD, ARCHITECTURE),
        _do(EQUAL, AUDIT[machine], 1, 0),
        _do(RETURN, KILL),
        _do(LOAD, NUMBER),
    ]
    for number in syscalls.numbers(plain, machine).values():
        code += [_do(EQUAL, number, 0, 1), _do(RETURN, ALLOW)]
    for table, answer in ((syscalls.ATTRIBUTES, 0), (syscalls.LABELS, errno.ENOTSUP)):
        for number in syscalls.numbers(table, machine).values():
            code += [_do(EQUAL, number, 0, 1), _do(RETURN, ERRNO | answer)]
    for name, number in syscalls.numbers(syscalls.GUARDED, machine).items():
        if name in rules:
            block = _guarded(rules[name])
            code += [_do(EQUAL, number, 0, len(block)), *block]
    code += [_do(AT_LEAST, syscalls.NEWER, 0, 1), _do(RETURN, ERRNO | errno.ENOSYS)]
    return b"".join([*code, _do(RETURN, ERRNO | errno.EPERM)])


def _guarded(rule: tuple[Test, ...] | int) -> list[bytes]:
    if isinstance(rule, int):
        return [_do(RETURN, ERRNO | rule)]
    code = []
    for test in rule:
        code += [_do(LOAD, ARGUMENTS + 8 * test.argument), _do(AND, test.mask)]
        left = len(test.values)
        code += [_do(EQUAL, value, left - n, 0) for n, value in enumerate(test.values)]
        code.append(_do(RETURN, ERRNO | errno.EPERM))
    return [*code, _do(RETURN, ALLOW)]


def _do(operation: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, true, false, value)
