"""Stand-ins for what speaks and what plays."""

from __future__ import annotations

import io
import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

from assistant.speech.speaking.player import Cut, Sound

PATIENCE = 20.0


class Ear:
    """A way to play that keeps what it plays; it lasts until ``finish`` or the cut."""

    def __init__(self, lasting: bool = False) -> None:
        self.heard: list[Sound] = []
        self.finish = threading.Event()
        self.began = threading.Event()
        if not lasting:
            self.finish.set()

    def __call__(self, sounds: Iterator[Sound], cut: Cut) -> None:
        cut.hang(self.finish.set)
        self.heard.extend(sounds)
        self.began.set()
        assert self.finish.wait(PATIENCE)


def program(folder: Path, name: str, script: str) -> None:
    """Put a program on the path that stands in for one."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys, json\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def wav(samples: bytes, rate: int = 22_050, channels: int = 1) -> bytes:
    """Return a wav as a file has it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return out.getvalue()
