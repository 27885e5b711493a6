"""What a chosen checkpoint opens to, or the bundled one in its place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from assistant.errors import CheckpointError

Opened = TypeVar("Opened")

log = logging.getLogger(__name__)


def open_either(
    opened: Callable[[Path], Opened], chosen: Path, spare: Path | None
) -> tuple[Opened, str]:
    """Return what the chosen checkpoint opens to, else the spare one, and what is to be told then.

    Raises CheckpointError, of the chosen one, where neither can be used.
    """
    try:
        return opened(chosen), ""
    except CheckpointError as error:
        log.warning("%s can't be used", chosen, exc_info=True)
        if spare is None or spare == chosen:
            raise
        try:
            found = opened(spare)
        except CheckpointError:
            raise error from None
        return found, f"{error} Until then the bundled {spare.name} is used."
