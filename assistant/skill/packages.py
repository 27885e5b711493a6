"""Tells soon whether installed packages bring anything; most bring nothing of ours."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.machinery import PathFinder

ABOUT = (".dist-info", ".egg-info", "EGG-INFO")
"""How the folders end that tell of a package (importlib.metadata, `Lookup`)."""


def may_bring(group: str) -> bool:
    """Tell whether a package may bring entry points of a group; where only Python can tell, yes.

    Its importlib.metadata takes some 15 ms to import, and then reads the texts of all packages.
    """
    finders = (each for each in sys.meta_path if each is not PathFinder)
    if any(hasattr(each, "find_distributions") for each in finders):
        return True
    return any(_brings(place or ".", f"[{group}]".encode()) for place in sys.path)


def _brings(place: str, heading: bytes) -> bool:
    """Tell whether the packages of a folder name a heading; an archive is not looked into."""
    try:
        with os.scandir(place) as entries:
            names = [each.name for each in entries if each.name.endswith(ABOUT)]
    except NotADirectoryError:
        return True
    except OSError:
        return False
    return any(heading in _entry_points(os.path.join(place, name)) for name in names)


def _entry_points(about: str) -> bytes:
    with suppress(OSError), open(os.path.join(about, "entry_points.txt"), "rb") as file:
        return file.read()
    return b""
