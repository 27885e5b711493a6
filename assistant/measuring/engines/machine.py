"""The machine that a bench ran on, as it is named above the figures."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import psutil

from assistant.engine import native

CPUINFO = Path("/proc/cpuinfo")

TELLING = (
    "avx2",
    "avx_vnni",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "amx_int8",
    "asimddp",
    "i8mm",
)
"""Flags that decide how int8 is multiplied, as Linux names them."""


def cores() -> int:
    """Return the cores that this process may use; two threads of one core share its arithmetic."""
    there = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    return min(there, allowed)


def machine() -> dict[str, Any]:
    """Return the processor's name and numbers, what it can do, and how the engine uses it."""
    told = _told()
    known = {*told.get("flags", told.get("features", "")).split()}
    return {
        "cpu": _name(told),
        "flags": [flag for flag in TELLING if flag in known],
        "cores": cores(),
        "threads": native.threads(),
        "kernel": native.kernel() if native.kernels() else "numpy",
    }


def line(found: dict[str, Any]) -> str:
    """Return a machine in one line."""
    return (
        f"{found['cpu']}; {' '.join(found['flags']) or 'no flags told'}; "
        f"kernel {found['kernel']}, {found['cores']} cores, {found['threads']} threads"
    )


def _told() -> dict[str, str]:
    """Return what Linux tells of its first processor; nothing elsewhere."""
    try:
        first = CPUINFO.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    except OSError:
        return {}
    rows = (row.partition(":") for row in first.splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in rows}


def _name(told: dict[str, str]) -> str:
    """Return the name, and the numbers that tell processors of one name apart."""
    name = told.get("model name") or platform.processor() or platform.machine()
    numbers = [
        f"{word} {told[key]}"
        for word, key in (
            ("family", "cpu family"),
            ("model", "model"),
            ("stepping", "stepping"),
            ("part", "cpu part"),
        )
        if key in told
    ]
    return f"{name} ({', '.join(numbers)})" if numbers else name
