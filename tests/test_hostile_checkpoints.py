"""Damaged checkpoints are refused in a sentence; one that changes while it is used does no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.engine import safetensors
from assistant.engine.checkpoint import CONFIG, TOKENIZER, WEIGHTS
from assistant.errors import AssistantError
from assistant.training.making import quantized
from tests import checkpoints
from tests.hostile import checkpoints as campaign
from tests.hostile import odd

Damage = Callable[[Path], object]


def test_damaged_checkpoints_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """The campaign's short form: what is taken computes numbers, and nothing hangs."""
    wrong, ended = campaign.run(tmp_path, 150, seed=3)
    assert wrong == []
    assert ended["imported: refused"] > 20
    assert ended["used: taken"] > 10


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a float folder as it would be published."""
    return checkpoints.write(tmp_path / "tiny", checkpoints.config("squeezebert", 2))


def config(**changed: Any) -> Damage:
    def change(folder: Path) -> None:
        path = folder / CONFIG
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))

    return change


def weights(name: str, change: Callable[[np.ndarray], np.ndarray | None]) -> Damage:
    def damage(folder: Path) -> None:
        arrays = dict(safetensors.read(folder / WEIGHTS).items())
        made = change(arrays.pop(name).copy())
        safetensors.write(folder / WEIGHTS, arrays if made is None else arrays | {name: made})

    return damage


def filled(value: float) -> Callable[[np.ndarray], np.ndarray]:
    def fill(array: np.ndarray) -> np.ndarray:
        array.reshape(-1)[0] = value
        return array

    return fill


def words(change: Callable[[dict[str, Any]], object]) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / TOKENIZER
        data = json.loads(path.read_text())
        change(data)
        path.write_text(json.dumps(data))

    return damage


def lying(name: str, what: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        odd.PLACES[what](folder / name)

    return damage


def _few(folder: Path) -> None:
    """Leave a vocabulary of four marks and six words nobody says, all of a piece."""
    sizes = {"vocab_size": 10}
    config(**sizes)(folder)
    weights(EMBEDDED, lambda array: array[:10])(folder)
    vocabulary = {word: n for n, word in enumerate([*checkpoints.WORDS[:4], *"qzxwvk"])}
    words(lambda data: data["model"].update(vocab=vocabulary))(folder)


def _without_marks(data: dict[str, Any]) -> None:
    data["added_tokens"] = []
    del data["model"]["vocab"]["[CLS]"]


EMBEDDED = "embeddings.word_embeddings.weight"
DENSE, NORM = (
    "encoder.layers.1.intermediate.conv1d.weight",
    "encoder.layers.0.output.layernorm.bias",
)
PATTERN = {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}

DAMAGES: dict[str, Damage] = {
    "no numbers": weights(DENSE, filled(np.nan)),
    "endless numbers": weights(NORM, filled(-np.inf)),
    "too large numbers": weights(EMBEDDED, filled(1e30)),
    "another shape": weights(DENSE, lambda array: array[:, :-1]),
    "turned": weights(DENSE, lambda array: array.reshape(array.shape[1], -1)),
    "one value": weights(NORM, lambda array: np.array(1, np.float32)),
    "whole numbers": weights(DENSE, lambda array: array.astype(np.int64)),
    "one gone": weights(NORM, lambda array: None),
    "all zero": weights(EMBEDDED, lambda array: array * 0),
    "endless layers": config(num_hidden_layers=10**9),
    "more layers": config(num_hidden_layers=3),
    "negative layers": config(num_hidden_layers=-1),
    "layers in words": config(num_hidden_layers="2"),
    "true layers": config(num_hidden_layers=True),
    "odd heads": config(num_attention_heads=5),
    "odd groups": config(q_groups=7),
    "more words": config(vocab_size=30_522),
    "another kind": config(model_type="gpt2"),
    "odd heads told": config(heads=[1]),
    "a head that is not there": config(heads={"x": {"labels": ["a"], "pooling": "mean"}}),
    "a head elsewhere": config(heads={"../x": {"labels": ["a"], "pooling": "mean"}}),
    "hardly a word": _few,
    "ids beyond": words(lambda data: data["model"]["vocab"].update(a=10**6)),
    "words beyond": words(lambda d: d["model"]["vocab"].update({f"w{n}": n for n in range(99)})),
    "no marks": words(_without_marks),
    "a pattern": words(lambda data: data.update(normalizer=PATTERN)),
    "words of any length": words(lambda d: d["model"].update(max_input_chars_per_word=10**9)),
    "no tokenizer": words(lambda data: data.clear()),
    **{
        f"{name} is {what}": lying(name, what)
        for name in (CONFIG, TOKENIZER, WEIGHTS)
        for what in odd.PLACES
    },
    "a pipe more": lying("vocab.txt", "a pipe"),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_import_refuses(published: Path, tmp_path: Path, kind: str) -> None:
    """Each kind of damage is told in a sentence that names the file or the parameter."""
    DAMAGES[kind](published)
    with odd.within(campaign.LONG), pytest.raises(AssistantError) as caught:
        quantized(published, tmp_path / "scratch")
    assert odd.is_sentence(str(caught.value))
    assert any(part in str(caught.value) for part in (str(published), ".weight", ".bias", "torch"))


def test_import_takes_what_is_whole(published: Path, tmp_path: Path) -> None:
    """A whole one is taken."""
    made = quantized(published, tmp_path / "scratch")
    assert (made / "encoder.safetensors").exists()


USING = """
import os, sys
from pathlib import Path
from assistant.engine import Encoder
folder = Path(sys.argv[1])
encoder = Encoder.load(folder)
for each in folder.iterdir():
    os.truncate(each, 0)
assert encoder.encode(["set a timer", "ten minutes"]).shape == (2, 32)
assert encoder.word_vectors(["set", "timer"]).shape == (2, 16)
print("well")
"""


@pytest.mark.parametrize("engine", ["native", "numpy"])
def test_weights_cut_short_while_they_are_used_do_no_harm(tmp_path: Path, engine: str) -> None:
    """A program that maps its weights is ended by the system (SIGBUS) when their file is cut."""
    if engine == "native":
        pytest.importorskip("assistant.engine.native._core", reason="not built")
    _, whole = campaign.make(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", USING, str(whole)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ASSISTANT_ENGINE": engine},
    )
    assert (done.returncode, done.stdout) == (0, "well\n"), done.stderr


def test_weights_cut_short_while_they_are_read_are_told(tmp_path: Path) -> None:
    """What is gone between the header and the numbers is a sentence too."""
    path = tmp_path / "x.safetensors"
    safetensors.write(path, {"a": np.zeros(9_000, np.float32)})
    found = safetensors.read(path)
    os.truncate(path, 9_000)
    with pytest.raises(AssistantError, match="cut short"):
        found["a"]
