"""A trial of a checkpoint: whether it can be loaded whole, and tells plain sentences apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.engine.checkpoint import read_heads
from assistant.engine.encoder import Encoder
from assistant.errors import CheckpointError

SENTENCES = ("set a timer for ten minutes", "ten minutes for a timer set")
"""Two of the same words, so that one that tells no words apart makes the same of both."""

ALIKE = 0.99999
"""Cosine from which the two count as told apart by nothing."""

KNOWN = 0.5
"""Share of the words that must be known at least, whole or in pieces."""


def try_out(folder: Path) -> Encoder:
    """Load an int8 checkpoint with its heads, and return its encoder.

    Raises CheckpointError where it could not be used to understand anything.
    """
    encoder = Encoder.load(folder)
    read_heads(folder, encoder.hidden)
    encoder.check_words()
    if encoder.known(SENTENCES[0]) < KNOWN:
        raise CheckpointError(f"{folder} knows hardly a word of “{SENTENCES[0]}”: use another.")
    one, other = encoder.encode(SENTENCES)
    cosine = float(one @ other)
    if not np.isfinite(cosine) or cosine > ALIKE:
        raise CheckpointError(f"{folder} makes the same of any words: use another checkpoint.")
    return encoder
