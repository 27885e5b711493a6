"""The two graphs of a Whisper model, as ONNX Runtime runs them on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import SpeechError
from assistant.speech.untold import untold

FIRST, CLOCK = "CPUExecutionProvider", "session.intra_op.allow_spinning"


@dataclass(frozen=True)
class Sound:
    """What the decoder looks at of a sound: ``keys``, ``values`` [layers, 1, heads, S, D]."""

    keys: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Step:
    """What the decoder has to say of some tokens.

    ``logs`` [B, W, V] are log-probabilities of what comes after the places that were asked for,
    ``attention`` [B, heads, N, S] is of all, ``past`` of these tokens and those before.
    """

    logs: np.ndarray
    attention: np.ndarray
    past: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Opened:
    """A sound and the tokens before its words, which the decoder has seen: all but the first step.

    ``silence`` is the probability that nobody speaks.
    """

    sound: Sound
    seconds: float
    step: Step
    silence: float


class Network:
    """A model in memory; any thread may use it."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load both graphs. Raises SpeechError where they or the runtime can't be used."""
        self._encoder, self._decoder = (
            _session(folder / name, threads) for name in ("encoder.onnx", "decoder.onnx")
        )

    def encode(self, mel: np.ndarray) -> Sound:
        """Return what is heard in bands [bands, T]."""
        keys, values = _run(self._encoder, ("keys", "values"), {"mel": mel[None]})
        return Sound(keys, values)

    def step(
        self,
        sound: Sound,
        tokens: np.ndarray,
        wanted: np.ndarray,
        past: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Step:
        """Take tokens [B, N] after those of ``past``; tell of the ``wanted`` places among them."""
        keys, values = past if past is not None else self._nothing(sound, len(tokens))
        told = {
            "tokens": tokens.astype(np.int64),
            "wanted": wanted.astype(np.int64),
            "past_keys": keys,
            "past_values": values,
            "keys": sound.keys,
            "values": sound.values,
        }
        names = ("logs", "attention", "new_keys", "new_values")
        logs, attention, keys, values = _run(self._decoder, names, told)
        return Step(logs, attention, (keys, values))

    def on(self, opened: Opened, tokens: np.ndarray, wanted: np.ndarray) -> Step:
        """Take tokens [B, N] that may follow what was opened."""
        keys, values = (np.repeat(each, len(tokens), axis=1) for each in opened.step.past)
        return self.step(opened.sound, tokens, wanted, (keys, values))

    def _nothing(self, sound: Sound, many: int) -> tuple[np.ndarray, np.ndarray]:
        layers, _, heads, _, width = sound.keys.shape
        empty = np.zeros((layers, many, heads, 0, width), np.float32)
        return empty, empty


def _run(session: Any, names: Sequence[str], told: dict[str, np.ndarray]) -> Any:
    try:
        return session.run(names, told)
    except Exception as error:  # its errors have no common class
        raise SpeechError(f"The second hearing failed ({type(error).__name__}).") from error


def _session(path: Path, threads: int) -> Any:
    untold()
    try:
        import onnxruntime
    except (ImportError, OSError) as error:
        raise SpeechError(f"Hearing again needs onnxruntime ({error}): pip install it.") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised
    options.enable_cpu_mem_arena = False  # half the memory between utterances, for a little time
    options.add_session_config_entry(CLOCK, "0")  # whoever waits sleeps
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=[FIRST])
    except Exception as error:  # its errors have no common class
        kind = type(error).__name__
        raise SpeechError(f"{path} can't be used ({kind}): get the model again.") from error
