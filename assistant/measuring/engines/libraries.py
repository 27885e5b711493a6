"""Packages that may be missing, and what to say then."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class SkipError(Exception):
    """An engine can't be measured here; the text says why."""


def library(name: str) -> Any:
    """Import a package of the extra ``bench``. Raises SkipError where it is missing."""
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise SkipError(
            f"needs {package}: pip install 'offline-assistant[bench]' ({error})"
        ) from error
