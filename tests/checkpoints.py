"""Tiny random checkpoints of both architectures, and what they compute in plain float."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from assistant.engine.checkpoint import Config, write_float
from assistant.training.quantize import LAYERS

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "set", "a", "timer", "for", "ten", "minutes", "##s"]


def config(architecture: str, groups: int = 1, positions: int = 512) -> Config:
    """Return sizes small enough for a millisecond a sentence."""
    if architecture == "distilbert":
        return Config(architecture, len(WORDS), positions, 32, 2, 4, 64)
    names = "q k v post_attention intermediate output".split()
    return Config(
        architecture, len(WORDS), positions, 32, 2, 4, 64, **{f"{n}_groups": groups for n in names}
    )


def arrays(sizes: Config, seed: int = 0) -> dict[str, np.ndarray]:
    """Return random parameters with the published names; the word vectors are two equal halves."""
    draw = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray:
        return (draw.standard_normal(shape) / math.sqrt(shape[-1])).astype(np.float32)

    hidden, wide = sizes.hidden, sizes.intermediate
    made = {
        "embeddings.word_embeddings.weight": np.tile(normal(sizes.vocab_size, hidden // 2), (1, 2)),
        "embeddings.position_embeddings.weight": normal(sizes.positions, hidden),
        "embeddings.LayerNorm.weight": 1 + normal(hidden),
        "embeddings.LayerNorm.bias": normal(hidden),
    }
    squeeze = sizes.architecture == "squeezebert"
    if squeeze:
        made["embeddings.token_type_embeddings.weight"] = normal(2, hidden)
    prefix, parts = LAYERS[sizes.architecture]
    shapes = {
        "query": (hidden, hidden // sizes.q_groups),
        "key": (hidden, hidden // sizes.k_groups),
        "value": (hidden, hidden // sizes.v_groups),
        "attention_output": (hidden, hidden // sizes.post_attention_groups),
        "intermediate": (wide, hidden // sizes.intermediate_groups),
        "output": (hidden, wide // sizes.output_groups),
    }
    for i in range(sizes.layers):
        for ours, theirs in parts.items():
            name = f"{prefix}{i}.{theirs}"
            weight = normal(*shapes[ours]) if ours in shapes else 1 + normal(hidden)
            made[name + ".weight"] = weight[..., None] if squeeze and ours in shapes else weight
            made[name + ".bias"] = normal(len(weight))
    return made


def write(folder: Path, sizes: Config, seed: int = 0) -> Path:
    """Write a float folder with a tokenizer of ``WORDS``."""
    write_float(folder, sizes, arrays(sizes, seed))
    marks = [{"SpecialToken": {"id": w, "type_id": 0}} for w in ("[CLS]", "[SEP]")]
    told = {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": WORDS[i], "special": True, "single_word": False, "lstrip": False}
            | {"rstrip": False, "normalized": False}
            for i in range(4)
        ],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "lowercase": True}
        | {"handle_chinese_chars": True, "strip_accents": None},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [marks[0], {"Sequence": {"id": "A", "type_id": 0}}, marks[1]],
            "pair": [{"Sequence": {"id": n, "type_id": 0}} for n in "AB"],
            "special_tokens": {
                w: {"id": w, "ids": [WORDS.index(w)], "tokens": [w]} for w in ("[CLS]", "[SEP]")
            },
        },
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##"}
        | {"max_input_chars_per_word": 100, "vocab": {w: i for i, w in enumerate(WORDS)}},
    }
    (folder / "tokenizer.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def plain(sizes: Config, given: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    """Return the vectors (T, hidden) of one sentence in float64, dense and straight-forward."""
    held = {name: value.astype(np.float64) for name, value in given.items()}
    squeeze = sizes.architecture == "squeezebert"

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(1, keepdims=True)
        scaled = centred / np.sqrt(centred.var(1, keepdims=True) + sizes.norm_eps)
        return scaled * held[name + ".weight"] + held[name + ".bias"]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        weight = held[name + ".weight"]
        weight = weight.reshape(len(weight), -1)
        outs, width = weight.shape
        groups = x.shape[1] // width
        dense = np.zeros((outs, x.shape[1]))
        for g in range(groups):
            rows = slice(g * outs // groups, (g + 1) * outs // groups)
            dense[rows, g * width : (g + 1) * width] = weight[rows]
        return x @ dense.T + held[name + ".bias"]

    x = held["embeddings.word_embeddings.weight"][ids]
    x = x + held["embeddings.position_embeddings.weight"][: len(ids)]
    if squeeze:
        x = x + held["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, "embeddings.LayerNorm")
    prefix, parts = LAYERS[sizes.architecture]
    size = sizes.hidden // sizes.heads
    for i in range(sizes.layers):
        at = {ours: f"{prefix}{i}.{theirs}" for ours, theirs in parts.items()}
        q, k, v = (linear(x, at[n]) for n in ("query", "key", "value"))
        mixed = np.empty_like(q)
        for h in range(sizes.heads):
            part = slice(h * size, (h + 1) * size)
            scores = np.exp(q[:, part] @ k[:, part].T / math.sqrt(size))
            mixed[:, part] = scores / scores.sum(1, keepdims=True) @ v[:, part]
        x = norm(x + linear(mixed, at["attention_output"]), at["attention_norm"])
        wide = linear(x, at["intermediate"])
        erf = np.vectorize(math.erf)(wide / math.sqrt(2))
        x = norm(x + linear(wide * (1 + erf) / 2, at["output"]), at["output_norm"])
    return x
