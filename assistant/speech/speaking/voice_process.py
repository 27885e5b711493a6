"""Piper or Kokoro in a process of its own: a voice is loaded once, text comes in, samples go out.

``python voice_process.py piper VOICE.onnx``, ``kokoro_onnx MODEL.onnx VOICES.bin`` or ``kokoro``
reads lines ``{"text", "voice", "rate"}``, where a rate of 2 is twice as fast, and answers each by a
line ``{"rate", "bytes"}`` with so many bytes of samples after it, or by a line ``{"error"}``. It
ends with its input. It is also run by the Python of another environment, so it imports nothing of
ours; the packages it imports are the user's own, and piper-tts is GPL: so never in our process.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

Speak = Callable[[dict[str, Any]], "tuple[int, bytes]"]
"""Returns the samples a second and the samples of what is asked."""


def serve(load: Callable[[], Speak], lines: BinaryIO, out: BinaryIO) -> None:
    """Answer each line until the end of the input."""
    speak: Speak | None = None
    for line in lines:
        try:
            speak = speak or load()
            rate, samples = speak(json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever a package raises goes to the asker
            _answer(out, {"error": f"{type(error).__name__}: {error}"[:300]})
            continue
        _answer(out, {"rate": rate, "bytes": len(samples)}, samples)


def piper(path: str) -> Speak:
    """Load a voice of piper-tts."""
    package: Any = importlib.import_module("piper")
    voice = package.PiperVoice.load(path)

    def speak(asked: dict[str, Any]) -> tuple[int, bytes]:
        scale = getattr(voice.config, "length_scale", 1.0) / asked["rate"]
        chunks = list(voice.synthesize(asked["text"], package.SynthesisConfig(length_scale=scale)))
        samples = b"".join(chunk.audio_int16_bytes for chunk in chunks)
        return (chunks[0].sample_rate if chunks else voice.config.sample_rate), samples

    return speak


def kokoro_onnx(model: str, voices: str) -> Speak:
    """Load Kokoro by kokoro-onnx; its speed goes from 0.5 to 2."""
    kokoro: Any = importlib.import_module("kokoro_onnx").Kokoro(model, voices)

    def speak(asked: dict[str, Any]) -> tuple[int, bytes]:
        voice = asked["voice"]
        speed = max(0.5, min(2.0, asked["rate"]))
        made, rate = kokoro.create(
            asked["text"], voice=voice, speed=speed, lang="en-gb" if voice[:1] == "b" else "en-us"
        )
        return rate, _whole(made)

    return speak


def kokoro() -> Speak:
    """Load Kokoro by kokoro, from what is on this machine already.

    Both the package and what it pronounces by would otherwise be fetched at first use.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    if importlib.util.find_spec("en_core_web_sm") is None:
        raise RuntimeError("its word list is missing: python -m spacy download en_core_web_sm")
    package: Any = importlib.import_module("kokoro")
    pipelines: dict[str, Any] = {}

    def speak(asked: dict[str, Any]) -> tuple[int, bytes]:
        language = asked["voice"][:1]
        if language not in pipelines:
            pipelines[language] = package.KPipeline(
                lang_code=language, repo_id="hexgrad/Kokoro-82M"
            )
        spoken = pipelines[language](asked["text"], voice=asked["voice"], speed=asked["rate"])
        made = [each.audio.numpy() for each in spoken if each.audio is not None]
        return 24_000, b"".join(map(_whole, made))

    return speak


def _whole(samples: Any) -> bytes:
    """Return 16-bit samples of floats from -1 to 1, (samples,)."""
    return bytes((samples.clip(-1, 1) * 32_767).astype("<i2").tobytes())


def _answer(out: BinaryIO, head: dict[str, Any], samples: bytes = b"") -> None:
    out.write(f"{json.dumps(head)}\n".encode() + samples)
    out.flush()


LOADERS: dict[str, Callable[..., Speak]] = {
    "piper": piper,
    "kokoro_onnx": kokoro_onnx,
    "kokoro": kokoro,
}

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.path[:] = [each for each in sys.path if Path(each).resolve() != here]  # our own piper.py
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a package prints is no answer
    serve(lambda: LOADERS[sys.argv[1]](*sys.argv[2:]), sys.stdin.buffer, answers)
