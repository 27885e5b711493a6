"""Text to token ids, with the place of each token in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer as _Tokenizer
from tokenizers.processors import BertProcessing

from assistant import files
from assistant.errors import CheckpointError

FILE = "tokenizer.json"

MARKS = ("[CLS]", "[SEP]")
"""What stands before and after a text."""

SHORTEST = 4
"""Tokens that must fit at least: the two marks and something between them."""

LARGEST = 30_000_000
"""Bytes of a tokenizer.json, at most; that of a hundred languages has 3 MB."""

LONGEST_WORD = 1_000
"""Characters of a word that is taken apart, at most; usual are 100."""

PATTERN = re.compile(r'"Regex"\s*:\s*"')
"""A pattern in a tokenizer.json, which may take for ever; those of our architectures have none."""

CHARACTERS_PER_TOKEN = 32
"""More characters than this for each token that fits are cut off before tokenizing."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text's tokens: ids (T,) int64, offsets (T, 2) into the text, inner (T,) bool.

    ``inner`` is False for the marks around the text, which stand for no words.
    """

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]
    inner: NDArray[np.bool_]


def read_tokenizer(folder: Path) -> bytes:
    """Return a folder's tokenizer.json as it is. Raises CheckpointError."""
    path = folder / FILE
    try:
        return files.read(path, LARGEST)
    except OSError as error:
        raise CheckpointError(
            f"The tokenizer {path} can't be read ({error.strerror}): install the checkpoint again."
        ) from error


def _plain(data: bytes) -> str:
    """Return a tokenizer.json as text. Raises ValueError where it has patterns."""
    text = data.decode("utf-8")
    if PATTERN.search(text):
        raise ValueError("it takes text apart by patterns of its own")
    return text


class Tokenizer:
    """Splits text as the checkpoint was trained to, cut at ``longest`` tokens."""

    def __init__(self, tokenizer: _Tokenizer, longest: int) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=longest)
        # All of our architectures mark texts so; what else a file may tell would panic.
        first, last = (tokenizer.token_to_id(mark) for mark in MARKS)
        if first is None or last is None:
            raise ValueError("it lacks the marks around a text")
        tokenizer.post_processor = BertProcessing((MARKS[1], last), (MARKS[0], first))

    @classmethod
    def load(cls, folder: Path, longest: int) -> Tokenizer:
        """Read tokenizer.json. Raises CheckpointError when it is missing or damaged."""
        path = folder / FILE
        if longest < SHORTEST:
            raise CheckpointError(
                f"{folder} has room for {longest} tokens: use another checkpoint."
            )
        data = read_tokenizer(folder)
        try:
            made = cls(_Tokenizer.from_str(_plain(data)), longest)
            made._try_out()
        except BaseException as error:  # the library raises bare Exception, and worse in a panic
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise CheckpointError(
                f"The tokenizer {path} is damaged ({error!s:.80}): install the checkpoint again."
            ) from error
        return made

    def _try_out(self) -> None:
        """Raise ValueError where it does not do what all of this kind do."""
        if getattr(self._tokenizer.model, "max_input_chars_per_word", 0) > LONGEST_WORD:
            raise ValueError("it takes words of any length apart, at a cost without end")
        if len(self(["\u2603 a"])[0].ids) < SHORTEST - 1:
            raise ValueError("it makes nothing of a text")

    def fits(self, text: str) -> bool:
        """Tell whether nothing of a text is cut off."""
        if len(text) + 2 <= self._longest:  # a token has a letter at least
            return True
        if len(text) > self._longest * CHARACTERS_PER_TOKEN:
            return False
        return not self._tokenizer.encode(text).overflowing

    @property
    def size(self) -> int:
        """Return how many different ids there are."""
        return int(self._tokenizer.get_vocab_size())

    @property
    def largest(self) -> int:
        """Return the largest id there is."""
        return max(self._tokenizer.get_vocab().values(), default=-1)

    def known(self, text: str) -> float:
        """Return the share of a text's tokens that are not the one for what is unknown."""
        unknown = self._tokenizer.token_to_id(getattr(self._tokenizer.model, "unk_token", "") or "")
        ids = self([text])[0].ids[1:-1]
        return float((ids != (-1 if unknown is None else unknown)).mean()) if len(ids) else 0.0

    def __call__(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokenize texts; characters that are none (lone surrogates) become replacement marks."""
        most = self._longest * CHARACTERS_PER_TOKEN
        clean = [text[:most].encode("utf-16", "replace").decode("utf-16") for text in texts]
        return [
            Tokens(
                np.array(encoding.ids, np.int64),
                np.array(encoding.offsets, np.int64).reshape(-1, 2),
                np.array(encoding.special_tokens_mask, np.int64) == 0,
            )
            for encoding in self._tokenizer.encode_batch(clean)
        ]
