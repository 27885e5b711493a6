"""A Whisper model as the ears know it: a sound is heard once, and written with hints or without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from assistant.errors import SpeechError
from assistant.speech.second import LONGEST, Writing
from assistant.speech.sound import RATE
from assistant.speech.whisper import checkpoint
from assistant.speech.whisper.aligning import timed_words
from assistant.speech.whisper.decoding import TICKS, Decoder
from assistant.speech.whisper.features import last_sound, log_mel
from assistant.speech.whisper.matching import Matcher
from assistant.speech.whisper.network import Network, Opened, Sound
from assistant.turn.hearing import WordGraph

SPARE, LEAST = 2.0, 8.0
"""Seconds of silence put after a sound, and what both have together at least: it was trained on
half a minute, most of which may be silence, and gives the same words with as much as this."""

A_SECOND, SURELY = 8, 16
"""Tokens that are written for a second of sound, at most, and beside."""

MOST_HINTS = 180
"""Tokens of hints, at most: of 448 places it has 224 for what stood before."""

HINT_TICKS, LAST_TICK = 50, 1_500
"""Ticks that a hint's sentence is said to have taken, and the last that there is a token for."""

ENDS = ".?!"

LANGUAGE = re.compile(r"<\|[a-z]{2,3}\|>")
"""How the tokens of languages are written: two letters, Cantonese and Hawaiian have three."""


class WhisperModel:
    """A model of a folder that `assistant train whisper` made."""

    def __init__(self, folder: Path, threads: int = 1, *, checked: bool = False) -> None:
        """Load it. Raises SpeechError where a file is not what it was, or can't be used.

        ``checked``: its files are those that a trial has read.
        """
        self._of = checkpoint.read(folder)
        if not checked:
            checkpoint.check(self._of)
        self.belief = checkpoint.belief(folder)
        self.name = folder.name
        self._tokens = _tokenizer(folder / "tokenizer.json")
        self._network = Network(folder, threads)
        self._languages = _languages(self._tokens) if len(self._of.start) > 1 else ()
        ends = (self._tokens.token_to_id(mark) for mark in ENDS)
        self._decoder = Decoder(
            self._network, self._of, frozenset(e for e in ends if e is not None)
        )
        self._matcher = Matcher(self._network, self._decoder, self._of.timed, self._plain)

    def listen(self, sound: bytes) -> Heard:
        """Hear 16-bit sound, 16 kHz; what is over ``LONGEST`` seconds is cut off."""
        whole = sound[: len(sound) // 2 * 2]
        samples = np.frombuffer(whole, "<i2").astype(np.float32)[: round(LONGEST * RATE)] / 32_768.0
        seconds = len(samples) / RATE
        length = max(seconds + SPARE, LEAST)
        padded = np.pad(samples, (0, round(length * RATE) - len(samples)))
        mel = log_mel(padded, self._of.mels)
        return Heard(self, self._network.encode(mel), min(last_sound(mel), seconds))

    def open(self, sound: Sound, seconds: float, hints: Sequence[str]) -> Opened:
        """Begin with a sound of so many seconds, the hints in mind."""
        return self._decoder.open(sound, seconds, self._before(hints))

    def write(self, opened: Opened) -> Writing:
        """Write a sound."""
        found = self._decoder.write(opened, round(opened.seconds * A_SECOND) + SURELY)
        given = found.tokens, found.logs, found.attention
        words = timed_words(*given, self._tokens.decode, opened.seconds * TICKS)
        text = self._tokens.decode(list(found.tokens)).strip()
        told = round(found.mean, 4), round(found.silence, 4)
        return Writing(text, words, *told, self._english(opened))

    def _english(self, opened: Opened) -> float | None:
        """Return how likely it is English among the languages a model knows; None for one of
        English alone. What comes after the first token is the language."""
        if not self._languages:
            return None
        logs = opened.step.logs[0, 0]
        likely = np.exp(logs[list(self._languages)] - logs[self._of.start[1]])
        return round(float(1.0 / likely.sum()), 4)

    def likelihoods(self, opened: Opened, texts: Sequence[str]) -> list[float]:
        """Return the log-likelihood of texts."""
        tokens = [self._encoded(text.rstrip(ENDS)) for text in texts]
        return self._decoder.likelihoods(opened, tokens) if tokens else []

    def match(self, opened: Opened, graph: WordGraph, least: float) -> list[tuple[str, float]]:
        """Return the sentences of a graph that a sound is likeliest to be."""
        return self._matcher.likeliest(opened, graph, least)

    def _plain(self, text: str) -> list[int]:
        plain = text.encode("utf-8", "replace").decode("utf-8")
        return list(self._tokens.encode(plain, add_special_tokens=False).ids)

    def _encoded(self, text: str) -> list[int]:
        return self._plain(f" {text.strip()}")

    def _before(self, hints: Sequence[str]) -> list[int]:
        """Return hints as Whisper's own text before a sound: sentences with their times."""
        made: list[int] = []
        for number, hint in enumerate(hints):
            start = self._of.timed + number * HINT_TICKS
            more = [start, *self._encoded(hint), start + HINT_TICKS]
            if (number + 1) * HINT_TICKS > LAST_TICK:
                break
            made += more if len(made) + len(more) <= MOST_HINTS else []
        return made


class Heard:
    """A sound that was heard; what comes before its words is looked at once."""

    def __init__(self, model: WhisperModel, sound: Sound, seconds: float) -> None:
        self._model, self._sound, self._seconds = model, sound, seconds
        self._opened: dict[tuple[str, ...], Opened] = {}

    def write(self, hints: Sequence[str] = ()) -> Writing:
        """Write it, as if the sentences of ``hints`` had been said before."""
        return self._model.write(self._open(hints))

    def match(self, graph: WordGraph, least: float) -> list[tuple[str, float]]:
        """Return the sentences of a graph that it is likeliest to be, with log-likelihoods."""
        return self._model.match(self._open(()), graph, least)

    def likelihoods(self, texts: Sequence[str], hints: Sequence[str] = ()) -> list[float]:
        """Return the log-likelihood of each text."""
        return self._model.likelihoods(self._open(hints), texts)

    def _open(self, hints: Sequence[str]) -> Opened:
        key = tuple(hints)
        if key not in self._opened:
            self._opened[key] = self._model.open(self._sound, self._seconds, key)
        return self._opened[key]


def _languages(tokens: Tokenizer) -> tuple[int, ...]:
    """Return the tokens that stand for languages."""
    added = tokens.get_added_tokens_decoder()
    return tuple(number for number, token in added.items() if LANGUAGE.fullmatch(token.content))


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokens = Tokenizer.from_file(str(path))
        tokens.encode_special_tokens = True  # what looks like one in a hint is only its letters
        return tokens
    except Exception as error:  # its errors have no common class
        kind = type(error).__name__
        raise SpeechError(f"{path} can't be used ({kind}): get the model again.") from error
