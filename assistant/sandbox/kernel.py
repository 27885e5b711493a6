"""System calls that Python has no function for. They raise OSError, as those of ``os`` do."""

from __future__ import annotations

import ctypes
import os
import platform


def call(number: int, *arguments: int | ctypes.Array[ctypes.c_char] | bytes) -> int:
    """Make a system call; bytes are handed over by their address."""
    return _checked("syscall", number, *arguments)


def prctl(option: int, *arguments: int) -> int:
    """Change what the kernel holds for this process; the options are those of ``prctl(2)``."""
    return _checked("prctl", option, *arguments, *[0] * (4 - len(arguments)))


def machine() -> str:
    """Return the processor as seccomp names it, or "" where this program has another width."""
    return platform.machine() if ctypes.sizeof(ctypes.c_void_p) == 8 else ""


def _checked(function: str, *arguments: int | ctypes.Array[ctypes.c_char] | bytes) -> int:
    # Variable arguments are read as words of the machine: an int of C would leave half of one.
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    library = ctypes.CDLL(None, use_errno=True)
    result = int(getattr(library, function)(*words))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
