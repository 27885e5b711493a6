"""The int8 encoder against plain float arithmetic, and at its edges."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine import Encoder
from assistant.engine.layers import Linear, gelu, quantize_rows
from assistant.errors import CheckpointError
from assistant.training.quantize import quantize
from tests import checkpoints

KINDS = [("distilbert", 1), ("squeezebert", 1), ("squeezebert", 2), ("squeezebert", 4)]
TEXTS = ["set a timer for ten minutes", "timers", "", "a zebra", "ten " * 40]


def encoder_of(tmp_path: Path, architecture: str, groups: int = 1, positions: int = 512) -> Encoder:
    """Return the int8 encoder of a tiny random checkpoint."""
    sizes = checkpoints.config(architecture, groups, positions)
    folder = checkpoints.write(tmp_path / "float", sizes)
    return Encoder.load(quantize(folder, tmp_path / "int8"))


@pytest.mark.parametrize(("architecture", "groups"), KINDS)
@pytest.mark.parametrize("length", [1, 2, 17, 250, 510])
def test_encoder_agrees_with_float(
    tmp_path: Path, architecture: str, groups: int, length: int
) -> None:
    """Token vectors of int8 differ from float64's by at most 3 % in the median."""
    encoder = encoder_of(tmp_path, architecture, groups)
    sizes = checkpoints.config(architecture, groups)
    places = np.random.default_rng(length).integers(4, 10, length)
    text = " ".join(checkpoints.WORDS[i] for i in places)

    found = encoder.tokens([text])[0]

    wanted = checkpoints.plain(sizes, checkpoints.arrays(sizes), [2, *places, 3])[1:-1]
    off = np.linalg.norm(found.vectors - wanted, axis=1) / np.linalg.norm(wanted, axis=1)
    assert found.vectors.shape == (length, sizes.hidden)
    assert np.median(off) < 0.03
    assert off.max() < 0.1


@pytest.mark.parametrize(("architecture", "groups"), KINDS)
def test_encoder_batches_change_nothing(tmp_path: Path, architecture: str, groups: int) -> None:
    """A text gets the same vector alone as among others, to float32's last digits."""
    encoder = encoder_of(tmp_path, architecture, groups)

    together = encoder.encode(TEXTS * 20)

    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, np.tile(alone, (20, 1)), atol=1e-6)
    np.testing.assert_array_equal(together, encoder.encode(TEXTS * 20))
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)


def test_encoder_empty_batch(tmp_path: Path) -> None:
    """No texts give no vectors, of the right width."""
    encoder = encoder_of(tmp_path, "distilbert")

    assert encoder.encode([]).shape == (0, 32)
    assert encoder.tokens([]) == []


def test_encoder_offsets_are_places_in_the_text(tmp_path: Path) -> None:
    """Every token's offsets cut its own letters out of the text as it was given."""
    text = "Set\u0000 a \U0001f600 TIMERS"

    found = encoder_of(tmp_path, "distilbert").tokens([text, ""])

    cut = [text[start:end] for start, end in found[0].offsets]
    assert cut == ["Set", "a", "\U0001f600", "TIMER", "S"]
    assert found[1].vectors.shape == (0, 32)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "ten " * 250_000,
        "\ud83d\ude00 \udfff",
        "\x00\x1b[2J\x07",
        "שלום",
        "😀👩‍👩‍👧",
    ],
    ids=["a word", "words", "surrogates", "controls", "right to left", "emoji"],
)
def test_encoder_takes_any_text(tmp_path: Path, text: str) -> None:
    """Huge and strange texts give a finite unit vector and at most as many tokens as fit."""
    encoder = encoder_of(tmp_path, "distilbert", positions=64)

    assert np.linalg.norm(encoder.encode([text])) == pytest.approx(1, abs=1e-5)
    assert len(encoder.tokens([text])[0].vectors) <= 62


@given(
    rows=st.integers(1, 20),
    width=st.sampled_from([1, 3, 768, 1024, 1025, 3072]),
    outs=st.integers(1, 9),
    groups=st.sampled_from([1, 2, 4]),
    extreme=st.booleans(),
    seed=st.integers(0, 1 << 30),
)
def test_encoder_sums_are_exact(
    rows: int, width: int, outs: int, groups: int, extreme: bool, seed: int
) -> None:
    """Integer sums equal int64 arithmetic's, at the largest values too."""
    draw = np.random.default_rng(seed)
    low, high = (126, 128) if extreme else (-127, 128)
    weight = draw.integers(low, high, (outs * groups, width)).astype(np.int8)
    x = draw.integers(low, high, (rows, width * groups))
    empty = np.zeros(outs * groups, np.float32)

    found = Linear(weight, empty, empty, groups).sums(x.astype(np.float32))

    parts = [
        x[:, g * width : (g + 1) * width] @ weight[g * outs : (g + 1) * outs].astype(np.int64).T
        for g in range(groups)
    ]
    np.testing.assert_array_equal(found, np.concatenate(parts, axis=1).astype(np.float32))


def test_encoder_quantizes_rows_to_half_a_step() -> None:
    """Activations come back within half a step, and a row of zeros stays zero."""
    x = np.random.default_rng(0).standard_normal((5, 40)).astype(np.float32)
    x[2] = 0

    whole, step = quantize_rows(x)

    assert np.abs(whole).max() == 127
    assert (np.abs(whole * step - x) <= step * 0.5001).all()
    assert not whole[2].any()


def test_encoder_gelu_by_erf() -> None:
    """GELU is the exact one, not the tanh approximation, to 1e-6."""
    from math import erf, sqrt

    x = np.linspace(-9, 9, 2001, dtype=np.float32)

    wanted = [v * (1 + erf(v / sqrt(2))) / 2 for v in x.tolist()]
    np.testing.assert_allclose(gelu(x), wanted, atol=1e-6)


def test_encoder_refuses_an_id_without_vector(tmp_path: Path) -> None:
    """A tokenizer with more words than vectors is refused in a sentence."""
    folder = checkpoints.write(tmp_path / "float", checkpoints.config("distilbert"))
    quantize(folder, tmp_path / "int8")
    path = tmp_path / "int8" / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"##s": 10', '"##s": 10, "zoo": 11'))

    with pytest.raises(CheckpointError, match="12 words"):
        Encoder.load(tmp_path / "int8")


def test_encoder_imports_no_torch(tmp_path: Path) -> None:
    """Loading and encoding import no torch."""
    folder = checkpoints.write(tmp_path / "float", checkpoints.config("squeezebert", 2))
    quantize(folder, tmp_path / "int8")
    code = (
        "import sys; from pathlib import Path; from assistant.engine import Encoder; "
        f"Encoder.load(Path({str(tmp_path / 'int8')!r})).encode(['a timer']); "
        "assert not {'torch', 'transformers', 'safetensors'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_encoder_word_vectors_are_the_mean_of_their_pieces(tmp_path: Path) -> None:
    """One word, several with pieces, one twice and an empty one: each as if it was alone."""
    encoder = encoder_of(tmp_path, "distilbert")
    words = ["set", "", "timers", "set", "a timer"]

    found = encoder.word_vectors(words)

    for word, vector in zip(words, found, strict=True):
        ids = encoder._tokenizer([word])[0].ids[1:-1]
        rows = encoder._words[ids] * encoder._word_scale[ids, None]
        mean = rows.mean(axis=0) if len(ids) else np.ones(found.shape[1], np.float32)
        assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-6)
    assert np.array_equal(found, encoder.word_vectors(words))
    assert encoder.word_vectors([]).shape == (0, found.shape[1])
