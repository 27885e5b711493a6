"""What a float checkpoint says of a few sentences, written beside its int8 form.

`assistant models check` compares with it on the user's machine, without torch.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch

from assistant.engine.checkpoint import read_config
from assistant.labelled import labels
from assistant.training import features
from assistant.training.checkpoint import load_encoder, read_tokenizer
from assistant.training.probe import embed

EVERY = 12
"""Of a vector's values every so manieth is kept: 64 of 768 tell as much here as all."""


def write(float_folder: Path, folder: Path, sentences: list[str]) -> Path:
    """Write check.json into an int8 folder from its float parent; return its path."""
    tokenizer = read_tokenizer(float_folder)
    vectors = embed(load_encoder(float_folder), tokenizer, sentences)[:, ::EVERY]
    rows: list[dict[str, object]] = [
        {"text": text, "vector": [round(value, 5) for value in vector.tolist()]}
        for text, vector in zip(sentences, vectors, strict=True)
    ]
    heads = read_config(float_folder).get("heads", {})
    answers = _answers(float_folder, sentences) if heads else []
    for row, (mood, tags) in zip(rows, answers, strict=False):
        row.update({"mood": mood} if "sentiment" in heads else {})
        row.update({"tags": tags} if "entities" in heads else {})
    path = folder / "check.json"
    path.write_text(json.dumps({"every": EVERY, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    return path


@torch.no_grad()
def _answers(float_folder: Path, sentences: list[str]) -> list[tuple[str, list[str]]]:
    """Return the parent's sentiment of each sentence, and the likeliest tag of every word."""
    model, _, tokenizer = features.load(float_folder)
    told = []
    for text in sentences:
        encoded = tokenizer.encode(text.split(), is_pretokenized=True)
        ids = torch.tensor([encoded.ids])
        sentiment, tags, _ = model(ids, torch.ones_like(ids, dtype=torch.bool))
        best = tags[0].argmax(-1).tolist()
        first = {
            word: i for i, word in reversed(list(enumerate(encoded.word_ids))) if word is not None
        }
        names = [model.tags[best[first[word]]] for word in sorted(first)]
        told.append((labels.SENTIMENTS[int(sentiment[0].argmax())], names))
    return told
