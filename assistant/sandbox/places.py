"""The files that a confined process needs to be Python at all, and those that it was granted."""

from __future__ import annotations

import site
import struct
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
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

PT_INTERP = 3


def places(rights: Rights, scratch: Path | None) -> list[Place]:
    """Return what a process keeps with these rights and a folder of its own to write in."""
    readable = [*_python(), *LIBRARIES, *ZONES, *DEVICES, *(NAMES if rights.network else ())]
    return [
        *(Place(path, READ) for path in readable),
        Place("/dev/null", READ | Access.WRITE_FILE | Access.TRUNCATE),
        *([Place(str(scratch), WRITE)] if scratch else []),
        *(Place(path, READ, resolved=True) for path in rights.read),
        *(Place(path, WRITE, resolved=True) for path in rights.write),
        *(Place(path, EXECUTE, resolved=True) for path in rights.programs),
        *(Place(path, EXECUTE) for each in rights.programs for path in _runners(Path(each))),
    ]


def _python() -> Iterator[str]:
    """Yield the standard library, the installed packages and this one, not what is on the path.

    The path also has the folder that the program was started in, which may be the user's home.
    """
    yield str(Path(__file__).resolve().parents[1])
    installed = sysconfig.get_paths()
    yield from {installed[each] for each in ("stdlib", "platstdlib", "purelib", "platlib")}
    yield str(sysconfig.get_config_var("LIBDIR"))
    if site.ENABLE_USER_SITE:
        yield site.getusersitepackages()


def _runners(program: Path) -> Iterator[str]:
    """Yield what the system starts a program with: a script's interpreter, an ELF file's loader."""
    with suppress(OSError, struct.error, ValueError):
        head = program.read_bytes()
        if head.startswith(b"#!"):
            interpreter = head[2:].split(b"\n")[0].split()[0].decode()
            yield interpreter
            yield from _runners(Path(interpreter))
        elif head.startswith(b"\x7fELF\x02\x01"):
            yield from _loaders(head)


def _loaders(elf: bytes) -> Iterator[str]:
    """Yield the loader that a 64-bit ELF file names: see ``elf(5)``, Elf64_Ehdr and Elf64_Phdr."""
    (start,) = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    for at in range(start, start + size * count, size):
        if struct.unpack_from("<I", elf, at) == (PT_INTERP,):
            (offset,) = struct.unpack_from("<Q", elf, at + 8)
            (length,) = struct.unpack_from("<Q", elf, at + 32)
            yield elf[offset : offset + length].rstrip(b"\0").decode()
