"""Where the system can't keep a skill from what it may not do: what it does is told in the log.

Python's audit hooks (PEP 578) see what Python code does, and can be got around by whoever tries.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from assistant.sandbox.rights import Rights

MOST = 20
"""Lines that are told, at most."""

NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo")
PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")


def watch(rights: Rights, told: Callable[[str], object]) -> None:
    """Tell, from now on and for good, of each reach for what is not among the rights."""
    seen: set[str] = set()
    own = (sys.prefix, sys.base_prefix, *(each for each in sys.path if each))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        line = _reach(event, arguments, rights, own)
        if line and line not in seen and len(seen) < MOST:
            seen.add(line)
            told(f"reached, without being allowed to, for {line}")

    sys.addaudithook(hook)


def _reach(event: str, arguments: tuple[object, ...], rights: Rights, own: tuple[str, ...]) -> str:
    if event in NETWORK:
        return "" if rights.network else "the network"
    if event in PROGRAMS:
        program = str(arguments[0])
        return "" if rights.programs else f"the program {program}"
    if event != "open" or not isinstance(arguments[0], str):
        return ""
    path = Path(arguments[0]).absolute()
    free = (*rights.read, *rights.write, *own)
    return "" if any(path.is_relative_to(each) for each in free) else f"the file {path}"
