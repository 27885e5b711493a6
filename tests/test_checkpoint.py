"""Checkpoint files: what is written is read, and what is damaged is refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.engine import Encoder, safetensors
from assistant.engine.checkpoint import Config, fingerprint, read_float, read_int8
from assistant.errors import CheckpointError
from assistant.training.quantize import quantize
from tests import checkpoints

ARRAYS = {
    "a": np.arange(6, dtype=np.int8).reshape(2, 3),
    "b": np.arange(4, dtype=np.float32),
    "none": np.zeros((0, 5), np.float32),
}
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def int8_folder(tmp_path: Path) -> Path:
    """Return a tiny int8 checkpoint."""
    folder = checkpoints.write(tmp_path / "float", checkpoints.config("distilbert"))
    return quantize(folder, tmp_path / "int8")


def write_raw(path: Path, header: object, data: bytes) -> Path:
    """Write a safetensors file with any header."""
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def entry(begin: object, end: object, shape: object = (2,), dtype: object = "I8") -> dict:
    """Return one tensor's line of a header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_checkpoint_arrays_come_back(tmp_path: Path) -> None:
    """Arrays are read as they were written, read-only."""
    safetensors.write(tmp_path / "x", ARRAYS)

    found = safetensors.read(tmp_path / "x")

    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
        assert not found[name].flags.writeable


@pytest.mark.train
def test_checkpoint_files_are_the_published_format(tmp_path: Path) -> None:
    """The safetensors library reads our files and we read its."""
    library = pytest.importorskip("safetensors.numpy", reason="needs torch: run `make test-all`")
    safetensors.write(tmp_path / "ours", ARRAYS)
    library.save_file(ARRAYS, tmp_path / "theirs", metadata={"format": "pt"})

    for name, array in library.load_file(tmp_path / "ours").items():
        np.testing.assert_array_equal(array, ARRAYS[name])
    for name, array in safetensors.read(tmp_path / "theirs").items():
        np.testing.assert_array_equal(array, ARRAYS[name])


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"a": 1},
        {"a": {}},
        {"a": entry(0, 4)},
        {"a": entry(2, 4)},
        {"a": entry(0, 2), "b": entry(1, 3)},
        {"a": entry(0, 2), "b": entry(3, 5)},
        {"a": entry(0, 2)},
        {"a": entry(0, 2, [-1, -2])},
        {"a": entry(0, 2, ["x"])},
        {"a": entry(0, 2, 2)},
        {"a": entry(0, 2, [1 << 62, 1 << 62])},
        {"a": entry(0, 2, [2], "F64")},
        {"a": entry(0, 2, [2], ["I8"])},
        {"a": entry(None, "2")},
        {"a": entry(0, True)},
        {"a": entry(0, 1 << 70)},
        {"a": {"dtype": "I8", "shape": [2], "data_offsets": [0, 1, 2]}},
    ],
    ids=str,
)
def test_checkpoint_refuses_a_header(tmp_path: Path, header: object) -> None:
    """Overlaps, holes, wrong sizes, types and nonsense raise CheckpointError with the path."""
    path = write_raw(tmp_path / "x", header, b"\0" * 4)

    with pytest.raises(CheckpointError, match=str(path)):
        safetensors.read(path)


@SAME_FOLDER
@given(data=st.binary(max_size=200))
def test_checkpoint_refuses_any_bytes(tmp_path: Path, data: bytes) -> None:
    """Bytes that are no checkpoint raise CheckpointError and nothing else."""
    path = tmp_path / "x"
    path.write_bytes(data)
    # Eight bytes of length, then "{}", is a file without tensors.
    if data[8:].strip() == b"{}" and int.from_bytes(data[:8], "little") == len(data) - 8:
        return

    with pytest.raises(CheckpointError):
        safetensors.read(path)


@SAME_FOLDER
@given(share=st.floats(0, 1, exclude_max=True))
@pytest.mark.parametrize("name", ["embeddings.safetensors", "encoder.safetensors"])
def test_checkpoint_refuses_a_truncated_file(tmp_path: Path, name: str, share: float) -> None:
    """A file cut anywhere is refused when it is loaded, in one sentence that names it."""
    folder = tmp_path / "int8"
    if not folder.exists():
        int8_folder(tmp_path)
    path = folder / name
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    try:
        with pytest.raises(CheckpointError, match=name):
            Encoder.load(folder)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "encoder.safetensors"])
def test_checkpoint_names_a_missing_file(tmp_path: Path, name: str) -> None:
    """A missing file is named."""
    folder = int8_folder(tmp_path)
    (folder / name).unlink()

    with pytest.raises(CheckpointError, match=name):
        Encoder.load(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "gpt2"},
        {"model_type": ["distilbert"]},
        {"dim": 64},
        {"dim": "wide"},
        {"dim": True},
        {"n_layers": 3},
        {"n_heads": 5},
        {"n_heads": 0},
        {"max_position_embeddings": 1 << 40},
        {"activation": "relu"},
        {"int8": None},
        {"int8": {"tile": 3, "fingerprint": "x"}},
        {"int8": {"tile": 2}},
    ],
    ids=str,
)
def test_checkpoint_refuses_another_config(tmp_path: Path, change: dict) -> None:
    """A config that does not fit the weights, or cannot be, is refused."""
    folder = int8_folder(tmp_path)
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change))

    with pytest.raises(CheckpointError):
        Encoder.load(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "\ufffd" * 3, "[" * 100_000])
@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_checkpoint_refuses_damaged_json(tmp_path: Path, name: str, text: str) -> None:
    """Damaged JSON is refused in a sentence."""
    folder = int8_folder(tmp_path)
    (folder / name).write_text(text, encoding="utf-8")

    with pytest.raises(CheckpointError):
        Encoder.load(folder)


def test_checkpoint_fingerprint_follows_the_content(tmp_path: Path) -> None:
    """The recorded fingerprint is that of the bytes, and one changed byte changes it."""
    folder = int8_folder(tmp_path)
    recorded = read_int8(folder).fingerprint
    assert recorded == fingerprint(folder)

    path = folder / "encoder.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    assert fingerprint(folder) != recorded


@pytest.mark.parametrize("architecture", ["distilbert", "squeezebert"])
def test_checkpoint_config_comes_back(tmp_path: Path, architecture: str) -> None:
    """Sizes and arrays survive a float folder."""
    sizes = checkpoints.config(architecture, 2)
    checkpoints.write(tmp_path / "float", sizes)

    found, arrays = read_float(tmp_path / "float")

    assert found == sizes
    assert found == Config.from_json(sizes.to_json())
    assert arrays.keys() == checkpoints.arrays(sizes).keys()
