"""Text to token ids, with the place of each token in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer as _Tokenizer

from assistant.errors import CheckpointError

SHORTEST = 4
"""Tokens that must fit at least: the two marks and something between them."""

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


class Tokenizer:
    """Splits text as the checkpoint was trained to, cut at ``longest`` tokens."""

    def __init__(self, tokenizer: _Tokenizer, longest: int) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=longest)

    @classmethod
    def load(cls, folder: Path, longest: int) -> Tokenizer:
        """Read tokenizer.json. Raises CheckpointError when it is missing or damaged."""
        path = folder / "tokenizer.json"
        if longest < SHORTEST:
            raise CheckpointError(
                f"{folder} has room for {longest} tokens: use another checkpoint."
            )
        try:
            return cls(_Tokenizer.from_str(path.read_text(encoding="utf-8")), longest)
        except OSError as error:
            raise CheckpointError(
                f"The tokenizer {path} is missing ({error.strerror}): install the checkpoint again."
            ) from error
        except Exception as error:  # the library raises bare Exception
            raise CheckpointError(
                f"The tokenizer {path} is damaged ({error!s:.80}): install the checkpoint again."
            ) from error

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
