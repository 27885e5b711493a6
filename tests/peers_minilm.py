"""How a sentence encoder without our pipeline does on peers' sentences, given our skills' examples.

``python -m tests.peers_minilm OUT.jsonl``, where OUT is what ``tests/peers_sentences.py --out``
wrote. MiniLM's vectors, the head and the background are ours; its threshold is set so that it acts
on as many of nobody's sentences as we did. Needs the extra train.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from assistant import paths
from assistant.assembly import registry
from assistant.settings import Settings
from assistant.training import expand
from assistant.training.checkpoint import read_tokenizer
from assistant.training.distilbert import DistilBert
from assistant.training.probe import embed
from assistant.understanding.learning.classifier import IntentClassifier, Labelled, by_intent
from assistant.understanding.learning.lessons import read_background, sentences_of

Row = Mapping[str, Any]
Floats = NDArray[np.float32]


def vectors(texts: Sequence[str]) -> Floats:
    """Return MiniLM's unit vector of each text (n, 384)."""
    config, weights = expand.minilm()
    encoder = DistilBert(config)
    encoder.load_state_dict(weights, strict=False)
    with torch.no_grad():
        told = embed(encoder.eval(), read_tokenizer(expand.minilm_folder()), texts)
    found: Floats = told.numpy()
    return found


def main(out: Path) -> None:
    """Print the shares of both."""
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    wordings = sentences_of(registry(Settings(), packages=False).skills.intents)
    flat, intents, templates = by_intent(wordings)
    background = read_background(paths.bundled() / "data" / "background")
    known = vectors([*flat, *background])
    labelled = Labelled.of(known[: len(flat)], intents, templates)
    head = IntentClassifier.fit(list(wordings), labelled, known[len(flat) :])
    asked = vectors([row["sentence"] for row in rows])
    guessed = [head.predict(vector)[0] for vector in asked]
    others = [g.confidence for g, row in zip(guessed, rows, strict=True) if row["kind"] == "none"]
    ours = [row for row in rows if row["kind"] == "none" and row["verdict"] != "refused"]
    bar = sorted(others, reverse=True)[len(ours)]
    covered = [(g, row) for g, row in zip(guessed, rows, strict=True) if row["kind"] == "covered"]
    right = [_right(g.intent, row) for g, row in covered if g.confidence > bar]
    print(f"none acted on by both: {len(ours)} of {len(others)}")
    print(f"MiniLM: right {sum(right) / len(covered):.1%}", end=", ")
    print(f"wrong {(len(right) - sum(right)) / len(covered):.1%} of {len(covered)}")
    done = [row for _, row in covered if row["intent"]]
    fine = sum(_right(row["intent"], row) for row in done)
    print(f"ours: right {fine / len(covered):.1%}, wrong {(len(done) - fine) / len(covered):.1%}")


def _right(intent: str, row: Row) -> bool:
    return any(re.fullmatch(pattern, intent) for pattern, _ in json.loads(row["expect"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
