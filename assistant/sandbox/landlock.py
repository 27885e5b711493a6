"""Landlock: what of files, ports and other processes a process keeps the right to.

Source: https://docs.kernel.org/userspace-api/landlock.html. The numbers of its calls are the same
on every processor.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntFlag

from assistant.sandbox import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF, OPENAT2 = 444, 445, 446, 437
VERSION = 1
PATH_BENEATH = 1
BIND_TCP, CONNECT_TCP = 1, 2
ABSTRACT_SOCKETS, SIGNALS = 1, 2
NO_SYMLINKS = 4
AT_CWD = -100


class Access(IntFlag):
    """What can be done with a file or in a folder, in the order in which Landlock learnt it."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


READ = Access.READ_FILE | Access.READ_DIR
WRITE = (
    READ | Access.WRITE_FILE | Access.TRUNCATE | Access.MAKE_REG | Access.MAKE_DIR
    | Access.REMOVE_FILE | Access.REMOVE_DIR | Access.REFER
)  # fmt: skip
"""Everything that files are made of. No links, which could lead others somewhere else."""
EXECUTE = Access.READ_FILE | Access.EXECUTE
OF_FILES = (
    Access.EXECUTE | Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE | Access.IOCTL_DEV
)
"""What means something for one file; the rest is of folders."""


@dataclass(frozen=True)
class Place:
    """A file, or a folder with all in it, and what may be done there."""

    path: str
    access: Access
    resolved: bool = False
    """No part of the path may be a link: it was agreed to as it stands."""


def abi() -> int:
    """Return the version that the kernel speaks, 0 where it has none or keeps it switched off."""
    with suppress(OSError):
        return kernel.call(CREATE_RULESET, 0, 0, VERSION)
    return 0


def restrict(places: Iterable[Place], *, connect: bool, abi: int) -> None:
    """Give up every file but these, listening, and with less than `connect` connecting.

    Places that don't exist are left out. Only for the calling thread. Raises OSError.
    """
    files = _files(abi)
    ports = (BIND_TCP | (0 if connect else CONNECT_TCP)) if abi >= 4 else 0
    scoped = ABSTRACT_SOCKETS | SIGNALS if abi >= 6 else 0
    attributes = struct.pack("=QQQ", files, ports, scoped)
    ruleset = kernel.call(CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for place in places:
            _allow(ruleset, place, files)
        kernel.call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _files(abi: int) -> Access:
    known = {1: Access.MAKE_SYM, 2: Access.REFER, 3: Access.TRUNCATE, 4: Access.TRUNCATE}
    last = known.get(abi, Access.IOCTL_DEV)
    return Access(2 * last - 1)


def _allow(ruleset: int, place: Place, handled: Access) -> None:
    try:
        number = _open(place)
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return
    try:
        access = place.access & handled
        if not stat.S_ISDIR(os.fstat(number).st_mode):
            access &= OF_FILES
        kernel.call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", access, number), 0)
    finally:
        os.close(number)


def _open(place: Place) -> int:
    flags = os.O_PATH | os.O_CLOEXEC
    if not place.resolved:
        return os.open(place.path, flags)
    how = struct.pack("=QQQ", flags, 0, NO_SYMLINKS)
    return kernel.call(OPENAT2, AT_CWD, os.fsencode(place.path), how, len(how))
