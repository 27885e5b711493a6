"""ONNX Runtime from 1.29 on tells its maker of each process that loads it, unless told not to.

Source: its ``docs/Privacy.md``, “Disabling Telemetry”; the call in its Python API comes too late.
"""

from __future__ import annotations

import os


def untold() -> None:
    """Let ONNX Runtime be quiet in this process and in those started by it from now on."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
