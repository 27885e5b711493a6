"""Text to vectors, by an int8 DistilBERT or SqueezeBERT, without torch.

Sources: Sanh et al. 2019 (DistilBERT), Iandola et al. 2020 (SqueezeBERT). Of both only the
encoder is here; their layers have the same shape, SqueezeBERT's being grouped. Sentences are packed
one after another without padding. Widening each weight block for every call costs most of the time
of a short sentence; float32 copies would cost 170 MB, and two Python threads helped only where
OpenBLAS is held to one, which is not ours to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.engine import native
from assistant.engine.blocks import Blocks
from assistant.engine.checkpoint import Config, Quantized, read_int8, sound
from assistant.engine.layers import Floats, Linear, Norm, attention, gelu
from assistant.engine.products import PARTS, Product, blocks_of, is_sparse, product_of
from assistant.engine.tokenizer import Tokenizer, Tokens
from assistant.errors import CheckpointError

BATCH = 256
"""Tokens computed together; more only costs memory."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """One text's tokens: vectors (T, hidden) float32, offsets (T, 2) into the text.

    ``mean`` (hidden,) is the mean over these and the marks around the text.
    """

    vectors: Floats
    offsets: NDArray[np.int64]
    mean: Floats


def beside(*parts: TokenVectors) -> TokenVectors:
    """Return the token vectors that encoders with the same words gave a text, side by side."""
    vectors = np.concatenate([part.vectors for part in parts], axis=1)
    return TokenVectors(vectors, parts[0].offsets, np.concatenate([part.mean for part in parts]))


@dataclass(frozen=True, slots=True)
class _Layer:
    """The six products by their names, in the order in which they are computed, and the norms."""

    parts: dict[str, Linear]
    attention_norm: Norm
    output_norm: Norm

    @property
    def products(self) -> tuple[Linear, ...]:
        """Return the six products."""
        return tuple(self.parts.values())

    def widened(self) -> _Layer:
        """Return the same layer with all of its weights, as NumPy multiplies them."""
        return replace(self, parts={name: part.widened() for name, part in self.parts.items()})

    def __call__(self, x: Floats, heads: int, lengths: list[int]) -> Floats:
        """Return the layer's output (T, hidden) for packed sentences x (T, hidden)."""
        of = self.parts
        mixed = attention(of["query"](x), of["key"](x), of["value"](x), heads, lengths)
        x = self.attention_norm(x + of["attention_output"](mixed))
        return self.output_norm(x + of["output"](gelu(of["intermediate"](x))))


SPARE = 64
"""Words more than its tokenizer's that a checkpoint may have: some round their number up."""

LATELY = 2
"""Texts asked for alone whose vectors are kept: what is said, and that with other words."""

SPELT = 4096
"""Words whose ids are kept, about: more than the examples of many skills have."""


class Encoder:
    """An int8 checkpoint in memory, ready to encode."""

    def __init__(
        self, checkpoint: Quantized, tokenizer: Tokenizer, beside: Encoder | None = None
    ) -> None:
        """Read the weights; the words are those of an encoder ``beside`` it, where there is one."""
        config = checkpoint.config
        self.config = config
        self.hidden = config.hidden
        self.fingerprint = checkpoint.fingerprint
        self.words = checkpoint.words
        self._lately: dict[str, TokenVectors] = {}
        self._pieces: dict[str, NDArray[np.int64]] = {}
        self._tile = checkpoint.tile
        self._tokenizer = tokenizer
        self._words: NDArray[np.int8]
        self._word_scale: Floats
        self._positions: Floats
        fetch = _Fetch(checkpoint.words, checkpoint.embeddings)
        if beside is not None:
            self._words, self._word_scale = beside._words, beside._word_scale
            self._positions = beside._positions
        else:
            stored = config.hidden // checkpoint.tile
            self._words = fetch("word.weight", np.int8, config.vocab_size, stored)
            self._word_scale = fetch("word.scale", np.float32, config.vocab_size)
            self._positions = fetch("position", np.float32, config.positions, config.hidden)
        self._norm = fetch.norm("norm", config)
        fetch = _Fetch(checkpoint.folder, checkpoint.encoder)
        layers = (_layer(fetch, config, i) for i in range(config.layers))
        self._core = self._native(layers) if native.wanted() else None
        self._layers = [layer.widened() for layer in layers]

    def _has_words_of(self, checkpoint: Quantized) -> bool:
        """Tell whether a checkpoint's words are those that this one has in memory."""
        mine = (self.words, self._tile, self._words.shape[0], self._positions.shape)
        config = checkpoint.config
        sizes = (config.vocab_size, (config.positions, config.hidden))
        return mine == (checkpoint.words, checkpoint.tile, *sizes)

    @property
    def engine(self) -> str:
        """Return what computes: a kernel's name, or numpy."""
        return self._core.isa if self._core else "numpy"

    def _native(self, layers: Iterable[_Layer]) -> native.Core:
        """Return the layers packed for this CPU, each read when the one before is packed."""
        words = (self._words, self._word_scale, self._positions)
        core = native.Core(self.config, self._tile, words, self._norm)
        for layer in layers:
            core.add(layer.products, (layer.attention_norm, layer.output_norm))
        return core

    @classmethod
    def load(cls, folder: Path, beside: Encoder | None = None) -> Encoder:
        """Open an int8 checkpoint. Raises CheckpointError, one sentence, when it can't be used.

        The words that one ``beside`` it has are not read again.
        """
        checkpoint = read_int8(folder)
        if beside is not None and beside._has_words_of(checkpoint):
            return cls(checkpoint, beside._tokenizer, beside)
        tokenizer = Tokenizer.load(checkpoint.words, checkpoint.config.positions)
        if not 0 <= checkpoint.config.vocab_size - tokenizer.size < SPARE:
            raise CheckpointError(
                f"{folder}: the tokenizer has {tokenizer.size} words but the checkpoint "
                f"{checkpoint.config.vocab_size}: they don't belong together; install it again."
            )
        return cls(checkpoint, tokenizer)

    def fits(self, text: str) -> bool:
        """Tell whether all of a text is read; what is beyond the last position is cut off."""
        return self._tokenizer.fits(text)

    def knows(self, word: str) -> bool:
        """Tell whether a word is one of the tokenizer's, and not read in pieces."""
        return len(self._pieces_of([word])[0]) <= 1

    def known(self, text: str) -> float:
        """Return the share of a text's tokens that stand for something known."""
        return self._tokenizer.known(text)

    def check_words(self) -> None:
        """Raise CheckpointError where the tokenizer gives an id that has no vector."""
        if self._tokenizer.largest >= len(self._words):
            raise CheckpointError(
                f"{self.words}: the tokenizer gives the id {self._tokenizer.largest}, which has no "
                "vector: they don't belong together; install it again."
            )

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector a text, (n, hidden): the mean of its tokens' vectors."""
        if len(texts) == 1:
            mean = self.tokens(texts)[0].mean
            unit: Floats = mean / max(float(np.linalg.norm(mean)), 1e-12)
            return unit[None]
        pooled = np.zeros((len(texts), self.hidden), np.float32)
        for places, tokens in self._batches(texts):
            vectors = self.run([t.ids for t in tokens])
            for place, rows in zip(places, vectors, strict=True):
                mean = rows.mean(axis=0)
                pooled[place] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return pooled

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return each text's token vectors, without the marks around the text.

        A text asked for alone is not encoded again when it was one of the last two.
        """
        if len(texts) == 1 and texts[0] in self._lately:
            return [self._lately[texts[0]]]
        result: dict[int, TokenVectors] = {}
        for places, tokens in self._batches(texts):
            vectors = self.run([t.ids for t in tokens])
            for place, token, rows in zip(places, tokens, vectors, strict=True):
                inner = token.inner
                result[place] = TokenVectors(rows[inner], token.offsets[inner], rows.mean(axis=0))
        if len(texts) == 1:
            self._lately = dict([*self._lately.items(), (texts[0], result[0])][-LATELY:])
        return [result[i] for i in range(len(texts))]

    def word_vectors(self, words: Sequence[str]) -> Floats:
        """Return a unit vector a word, (n, width): the mean of its pieces' embeddings.

        They know nothing of what stands around, and cost next to nothing.
        """
        pieces = self._pieces_of(words)
        found = np.ones((len(words), self._words.shape[1]), np.float32)
        counts = np.array([len(ids) for ids in pieces])
        some = np.flatnonzero(counts)
        if len(some):
            ids = np.concatenate([pieces[i] for i in some])
            first = np.concatenate([[0], np.cumsum(counts[some])[:-1]])
            sums = np.add.reduceat(self._words[ids] * self._word_scale[ids, None], first)
            found[some] = sums / counts[some, None].astype(np.float32)
        unit: Floats = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return unit

    def _pieces_of(self, words: Sequence[str]) -> list[NDArray[np.int64]]:
        """Return each word's ids without the marks; the words of examples are asked for often."""
        if len(self._pieces) > SPELT:
            self._pieces = {}
        known = self._pieces  # another thread may begin anew meanwhile
        new = [word for word in dict.fromkeys(words) if word not in known]
        for word, token in zip(new, self._tokenizer(new), strict=True):
            known[word] = token.ids[1:-1].copy()
        return [known[word] for word in words]

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[Tokens]]]:
        """Give the texts in batches of like length, with their places in the list."""
        tokens = self._tokenizer(texts)
        places: list[int] = []
        total = 0
        for place in sorted(range(len(texts)), key=lambda i: len(tokens[i].ids)):
            length = len(tokens[place].ids)
            if places and total + length > BATCH:
                yield places, [tokens[i] for i in places]
                places, total = [], 0
            places.append(place)
            total += length
        if places:
            yield places, [tokens[i] for i in places]

    def run(self, ids: Sequence[NDArray[np.int64]]) -> list[Floats]:
        """Return the last layer's vectors of every sentence of ids (T,): (T, hidden) each.

        Raises CheckpointError for an id that has no vector or more tokens than positions.
        """
        if not ids:
            return []
        lengths = [len(each) for each in ids]
        joined = np.concatenate(ids)
        self._check(joined, lengths)
        if self._core:
            x = self._core.run(joined, lengths)
        else:
            x = self._embed(joined, lengths)
            for layer in self._layers:
                x = layer(x, self.config.heads, lengths)
        ends = accumulate(lengths)
        return [x[end - length : end] for length, end in zip(lengths, ends, strict=True)]

    def _check(self, ids: NDArray[np.int64], lengths: Sequence[int]) -> None:
        most = self.config.positions
        wrong = next((length for length in lengths if not 1 <= length <= most), None)
        if wrong is not None:
            raise CheckpointError(f"A sentence has {wrong} tokens: give it from 1 to {most}.")
        if ids.dtype.kind not in "iu":
            raise CheckpointError(f"Ids are {ids.dtype}: give whole numbers.")
        if ids.min() < 0 or ids.max() >= len(self._words):
            odd = ids.max() if ids.max() >= len(self._words) else ids.min()
            raise CheckpointError(
                f"The tokenizer of checkpoint {self.fingerprint} gives the id {odd}, "
                "which has no vector: install the checkpoint again."
            )

    def _embed(self, ids: NDArray[np.int64], lengths: list[int]) -> Floats:
        words = self._words[ids] * self._word_scale[ids, None]
        where = np.concatenate([np.arange(length) for length in lengths])
        return self._norm(np.tile(words, (1, self._tile)) + self._positions[where])


class _Fetch:
    """Takes arrays out of a checkpoint, each checked for its type and shape."""

    def __init__(self, folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._folder = folder
        self._arrays = arrays

    def __call__(self, name: str, dtype: type[np.generic], *shape: int) -> NDArray[Any]:
        array = self._arrays.get(name)
        if array is None or array.dtype != dtype or array.shape != shape:
            found = "missing" if array is None else f"{array.dtype} {array.shape}"
            raise CheckpointError(
                f"{self._folder}: {name} is {found}, not {np.dtype(dtype)} {shape}: "
                "install the checkpoint again."
            )
        if dtype is np.float32 and not sound(array):
            raise CheckpointError(
                f"{self._folder}: {name} has weights that are no numbers, or none that can be: "
                "install the checkpoint again."
            )
        return array

    def linear(self, product: Product) -> Linear:
        name, outs, ins, groups = product.name, product.outs, product.ins, product.groups
        if ins % groups or outs % groups:
            raise CheckpointError(f"{self._folder}: {name} can't be cut into {groups} groups.")
        scale = self(f"{name}.scale", np.float32, outs)
        bias = self(f"{name}.bias", np.float32, outs)
        columns = self._columns(f"{name}.outliers", ins)
        return Linear(self._weight(product), scale, bias, groups, columns)

    def _weight(self, product: Product) -> NDArray[np.int8] | Blocks:
        """Return a product's weight (outs, width), or its blocks where it is sparse."""
        if not is_sparse(self._arrays, product.name):
            return self(f"{product.name}.weight", np.int8, product.outs, product.width)
        try:
            return blocks_of(self._arrays, product)
        except CheckpointError as error:
            raise CheckpointError(f"{self._folder}: {error}") from error

    def _columns(self, name: str, ins: int) -> NDArray[np.int32] | None:
        """Return the inputs that are kept apart, None where a checkpoint names none."""
        found = self._arrays.get(name)
        if found is None:
            return None
        columns = self(name, np.int32, len(found) if found.ndim else 0)
        if not len(columns) or columns.min() < 0 or columns.max() >= ins:
            raise CheckpointError(
                f"{self._folder}: {name} has no inputs, or some beyond {ins}: install it again."
            )
        return columns

    def norm(self, name: str, config: Config) -> Norm:
        return Norm(
            self(f"{name}.weight", np.float32, config.hidden),
            self(f"{name}.bias", np.float32, config.hidden),
            config.norm_eps,
        )


def _layer(fetch: _Fetch, config: Config, i: int) -> _Layer:
    parts = {part: fetch.linear(product_of(config, i, part)) for part in PARTS}
    norms = (fetch.norm(f"layers.{i}.{name}", config) for name in ("attention_norm", "output_norm"))
    return _Layer(parts, *norms)
