"""Piper in a process of its own: its voice is loaded once, sentences come in, samples go out.

``python -m assistant.speech.speaking.piper_process VOICE.onnx`` reads lines
``{"text", "length_scale"}`` and answers each by a line ``{"rate", "bytes"}`` with so many bytes of
samples after it, or by a line ``{"error"}``. It ends with its input.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any, BinaryIO


def serve(path: str, lines: BinaryIO, out: BinaryIO) -> None:
    """Answer each line until the end of the input."""
    voice: Any = None
    for line in lines:
        try:
            voice = voice or _load(path)
            rate, samples = _spoken(voice, json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever piper raises goes to the asker
            _answer(out, {"error": f"{type(error).__name__}: {error}"[:300]})
            continue
        _answer(out, {"rate": rate, "bytes": len(samples)}, samples)


def _load(path: str) -> Any:
    return _piper().PiperVoice.load(path)


def _piper() -> Any:
    """Return the package, which a user may have installed."""
    return importlib.import_module("piper")


def _spoken(voice: Any, asked: dict[str, Any]) -> tuple[int, bytes]:
    manner = _piper().SynthesisConfig(length_scale=asked["length_scale"])
    chunks = list(voice.synthesize(asked["text"], manner))
    samples = b"".join(chunk.audio_int16_bytes for chunk in chunks)
    return (chunks[0].sample_rate if chunks else voice.config.sample_rate), samples


def _answer(out: BinaryIO, head: dict[str, Any], samples: bytes = b"") -> None:
    out.write(f"{json.dumps(head)}\n".encode() + samples)
    out.flush()


if __name__ == "__main__":
    serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
