"""Tells soon whether installed packages bring anything; most bring nothing of ours."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.machinery import PathFinder
from pathlib import Path

ABOUT = (".dist-info", ".egg-info", "EGG-INFO")
"""How the folders end that tell of a package (importlib.metadata, `Lookup`)."""


def may_bring(group: str) -> bool:
    """Tell whether a package may bring entry points of a group; where only Python can tell, yes.

    Its importlib.metadata takes some 15 ms to import, and then reads the texts of all packages.
    """
    finders = (each for each in sys.meta_path if each is not PathFinder)
    if any(hasattr(each, "find_distributions") for each in finders):
        return True
    return any(_brings(Path(place), f"[{group}]".encode()) for place in sys.path)


def _brings(place: Path, heading: bytes) -> bool:
    """Tell whether the packages of a folder name a heading; an archive is not looked into."""
    try:
        names = [name for name in os.listdir(place) if name.endswith(ABOUT)]  # noqa: PTH208 - sooner
    except NotADirectoryError:
        return True
    except OSError:
        return False
    return any(heading in _entry_points(place / name) for name in names)


def _entry_points(about: Path) -> bytes:
    with suppress(OSError):
        return (about / "entry_points.txt").read_bytes()
    return b""
