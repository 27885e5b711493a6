"""The files that a confined process needs to be Python at all, and those that it was granted."""

from __future__ import annotations

import os
import site
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path

from assistant.sandbox.landlock import EXECUTE, READ, WRITE, Access, Place
from assistant.sandbox.rights import Rights

LIBRARIES = "/lib /lib64 /usr/lib /usr/lib64 /usr/local/lib /etc/ld.so.cache".split()
ZONES = "/usr/share/zoneinfo /usr/share/lib/zoneinfo /etc/zoneinfo /etc/localtime".split()
"""Those of Python's own list that lie in none of the above, and the machine's zone."""
DEVICES = "/dev/zero /dev/random /dev/urandom /etc/ssl/openssl.cnf".split()
NAMES = """
/etc/resolv.conf /etc/hosts /etc/host.conf /etc/nsswitch.conf /etc/gai.conf /etc/services
/etc/protocols /etc/ssl/certs /etc/ssl/cert.pem /etc/pki/tls/certs /etc/pki/tls/cert.pem
/etc/pki/ca-trust/extracted /usr/share/ca-certificates /usr/local/share/ca-certificates
""".split()
"""How hosts are found, and whom to believe; no folder that also holds keys."""

ELF, PT_INTERP = b"\x7fELF\x02\x01", 3
"""How a program of 64 bits begins, and the part of it that names its loader."""


def places(rights: Rights, scratch: Path | None) -> list[Place]:
    """Return what a process keeps with these rights and a folder of its own to write in."""
    readable = [*_python(), *LIBRARIES, *ZONES, *DEVICES, *(NAMES if rights.network else ())]
    return [
        *(Place(path, READ) for path in readable),
        Place("/dev/null", READ | Access.WRITE_FILE | Access.TRUNCATE),
        *([Place(str(scratch), WRITE)] if scratch else []),
        *(Place(path, READ, resolved=True) for path in rights.read),
        *(Place(path, WRITE, resolved=True) for path in rights.write),
        *(place for path in rights.programs for place in _program(Path(path))),
    ]


def _python() -> Iterator[str]:
    """Yield the standard library, the installed packages and this one, not what is on the path.

    The path also has the folder that the program was started in, which may be the user's home.
    """
    yield str(Path(__file__).resolve().parents[1])
    yield str(Path(os.__file__).parent)
    yield f"{sys.base_prefix}/lib"
    yield from site.getsitepackages()
    if site.ENABLE_USER_SITE:
        yield site.getusersitepackages()


def _program(path: Path) -> Iterator[Place]:
    """Yield a program, and what the system starts it with, if that is a program as well.

    What a script or a file names there may be anything, and running it means reading it.
    """
    yield from _file(path, resolved=True)
    runner = _runner(path)
    for _ in ("interpreter", "loader"):
        if runner and os.access(runner, os.X_OK) and _head(runner) == ELF:
            yield from _file(runner)
            runner = _runner(runner)


def _file(path: Path, *, resolved: bool = False) -> Iterator[Place]:
    if path.is_file():
        yield Place(str(path), EXECUTE, resolved)


def _head(path: Path) -> bytes:
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(ELF))
    return b""


def _runner(program: Path) -> Path | None:
    """Return the interpreter of a script, or the loader of an ELF file."""
    with (
        suppress(OSError, struct.error, ValueError, IndexError),
        program.open("rb") as file,
        mmap(file.fileno(), 0, access=ACCESS_READ) as content,
    ):
        if content[:2] == b"#!":
            return Path(content[2:256].split(b"\n")[0].split()[0].decode())
        return _loader(content) if content[: len(ELF)] == ELF else None
    return None


def _loader(elf: mmap) -> Path | None:
    """Return the loader that a 64-bit file names: see ``elf(5)``, Elf64_Ehdr and Elf64_Phdr."""
    (start,) = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    for at in range(start, start + size * count, size):
        if struct.unpack_from("<I", elf, at) == (PT_INTERP,):
            (offset,) = struct.unpack_from("<Q", elf, at + 8)
            (length,) = struct.unpack_from("<Q", elf, at + 32)
            return Path(elf[offset : offset + length].rstrip(b"\0").decode())
    return None
