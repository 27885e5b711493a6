"""Memory that is done with, given back to the system.

The C library keeps what was freed, in pieces between what stays, for whoever asks next.
"""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give free memory back; nothing where the C library isn't glibc (``malloc_trim(3)``)."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
