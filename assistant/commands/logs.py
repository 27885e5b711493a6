"""Tracebacks go to the log file, never to the screen."""

from __future__ import annotations

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler

from assistant import paths

LOG_BYTES = 1_000_000
"""Size at which the log starts afresh, keeping one older file."""


def keep_log() -> None:
    """Send log records to the home's log file; without a writable home they are dropped."""
    logger = logging.getLogger("assistant")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    with suppress(OSError):
        paths.home().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            paths.log_file(), maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(handler)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
