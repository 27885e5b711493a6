"""Checkpoint folders are read strictly and every difference is told by name."""

from __future__ import annotations

import json

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from safetensors.torch import load_file, save_file  # noqa: E402 - only where torch is
from tokenizers import Tokenizer  # noqa: E402
from tokenizers.models import WordPiece  # noqa: E402

from assistant.engine.checkpoint import Config  # noqa: E402
from assistant.errors import CheckpointError  # noqa: E402
from assistant.training import checkpoint  # noqa: E402
from assistant.training.heads import HEADS  # noqa: E402

pytestmark = pytest.mark.train

SIZES = {"vocab_size": 20, "positions": 8, "hidden": 8, "layers": 1, "heads": 2, "intermediate": 12}
CONFIGS = {
    "distilbert": Config(architecture="distilbert", **SIZES),
    "squeezebert": Config(architecture="squeezebert", **SIZES, q_groups=2, output_groups=4),
}


def tokenizer():
    """Return a tokenizer of a few words."""
    return Tokenizer(WordPiece({"[UNK]": 0, "wake": 1, "me": 2}, unk_token="[UNK]"))


@pytest.fixture(params=sorted(CONFIGS))
def architecture(request):
    """Either architecture."""
    return request.param


@pytest.fixture
def folder(architecture, tmp_path):
    """A folder holding a masked-LM model."""
    torch.manual_seed(1)
    config = CONFIGS[architecture]
    model = HEADS[architecture, "masked-lm"](config)
    checkpoint.save(model, config, tokenizer(), tmp_path)
    return tmp_path


def rewrite(folder, change):
    """Apply ``change`` to the folder's dictionary of weights."""
    weights = load_file(folder / "model.safetensors")
    save_file(change(weights) or weights, folder / "model.safetensors")


def test_training_checkpoint_round_trip(folder, architecture):
    """What was saved is read back with no difference, tied weights one object again."""
    loaded = checkpoint.load(folder, "masked-lm")

    assert not loaded.head
    assert loaded.config == CONFIGS[architecture]
    for copy, source in loaded.model.tied.items():
        assert loaded.model.get_parameter(copy) is loaded.model.get_parameter(source)
    stored = load_file(folder / "model.safetensors")
    for name, value in stored.items():
        assert torch.equal(loaded.model.state_dict()[name], value)


def test_training_checkpoint_tied_weights_stored_once(folder, architecture):
    """A tied copy is not written a second time."""
    stored = load_file(folder / "model.safetensors")

    assert not stored.keys() & HEADS[architecture, "masked-lm"].tied.keys()


def test_training_checkpoint_position_ids_are_dropped(folder, architecture):
    """The position-id buffer of old files is no surprise."""
    prefix = HEADS[architecture, "sequence"].prefix
    rewrite(folder, lambda w: w | {f"{prefix}.embeddings.position_ids": torch.arange(8)[None]})

    checkpoint.load_encoder(folder)


def test_training_checkpoint_differing_head_is_listed(folder):
    """Another head starts afresh, and both heads' parameters are named."""
    loaded = checkpoint.load(folder, "token", labels=7)

    assert "classifier.weight" in loaded.head.missing
    assert any("vocab" in name or "predictions" in name for name in loaded.head.unexpected)


def test_training_checkpoint_head_of_another_size_is_listed(architecture, tmp_path):
    """A head with another number of labels is told with both shapes and not loaded."""
    config = CONFIGS[architecture]
    checkpoint.save(HEADS[architecture, "token"](config, 7), config, tokenizer(), tmp_path)

    loaded = checkpoint.load(tmp_path, "token", labels=3)

    assert "classifier.weight: (7, 8) in the file, (3, 8) in the model" in loaded.head.shapes


def test_training_checkpoint_missing_encoder_key_is_refused(folder, architecture):
    """A file without one of the encoder's parameters is refused, naming it."""
    name = f"{HEADS[architecture, 'sequence'].prefix}.embeddings.LayerNorm.bias"
    rewrite(folder, lambda w: {n: v for n, v in w.items() if n != name})

    with pytest.raises(CheckpointError, match=r"1 missing: embeddings\.LayerNorm\.bias"):
        checkpoint.load(folder, "masked-lm")


def test_training_checkpoint_every_kind_of_difference_is_told(folder, architecture):
    """Missing, unexpected and misshapen parameters come in one message, with both shapes."""
    prefix = HEADS[architecture, "sequence"].prefix
    norm = f"{prefix}.embeddings.LayerNorm"

    def change(weights):
        del weights[f"{norm}.bias"]
        weights[f"{norm}.weight"] = torch.zeros(9)
        weights[f"{prefix}.embeddings.extra"] = torch.zeros(1)

    rewrite(folder, change)

    with pytest.raises(CheckpointError) as caught:
        checkpoint.load_encoder(folder)
    message = str(caught.value)
    assert "1 missing" in message
    assert "1 unexpected: embeddings.extra" in message
    assert "embeddings.LayerNorm.weight: (9,) in the file, (8,) in the model" in message


def test_training_checkpoint_pickled_weights_are_read(folder):
    """A pytorch_model.bin of plain tensors does as well."""
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")

    assert not checkpoint.load(folder, "masked-lm").head


def test_training_checkpoint_pickled_code_is_refused(folder, tmp_path):
    """A pickle that would run code is refused, and the code does not run."""
    (folder / "model.safetensors").unlink()
    torch.save({"a": _Trap(str(tmp_path / "sprung"))}, folder / "pytorch_model.bin")

    with pytest.raises(CheckpointError, match=r"pytorch_model\.bin"):
        checkpoint.load_encoder(folder)
    assert not (tmp_path / "sprung").exists()


class _Trap:
    """Unpickling it would create a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("content", [b"", b"\x10", b"\xff" * 40, b"\x08\0\0\0\0\0\0\0{}      "])
def test_training_checkpoint_damaged_weights(folder, content):
    """Cut-off or random weights are one sentence, not a crash."""
    (folder / "model.safetensors").write_bytes(content)

    with pytest.raises(CheckpointError):
        checkpoint.load_encoder(folder)


@pytest.mark.parametrize("content", ["", "[1]", '{"model_type": "gpt2"}', "{"])
def test_training_checkpoint_damaged_config(folder, content):
    """A config that cannot be used is one sentence, not a crash."""
    (folder / "config.json").write_text(content)

    with pytest.raises(CheckpointError):
        checkpoint.load_encoder(folder)


def test_training_checkpoint_nothing_there(tmp_path):
    """An empty folder says what is missing."""
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "distilbert"}))

    with pytest.raises(CheckpointError, match=r"neither model\.safetensors nor pytorch_model\.bin"):
        checkpoint.load_encoder(tmp_path)


def test_training_checkpoint_vocabulary_file(tmp_path):
    """A vocab.txt stands in for tokenizer.json, lower-casing unless its settings say otherwise."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "wake", "me"]
    (tmp_path / "vocab.txt").write_text("\n".join(words) + "\n")

    read = checkpoint.read_tokenizer(tmp_path)

    assert read.encode("Wake me").tokens == ["[CLS]", "wake", "me", "[SEP]"]
    (tmp_path / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    cased = checkpoint.read_tokenizer(tmp_path)
    assert cased.encode("Wake me").tokens == ["[CLS]", "[UNK]", "me", "[SEP]"]


def test_training_checkpoint_no_tokenizer(tmp_path):
    """Without either tokenizer file the message names both."""
    with pytest.raises(CheckpointError, match=r"tokenizer\.json or vocab\.txt"):
        checkpoint.read_tokenizer(tmp_path)


def test_training_checkpoint_unknown_head(folder):
    """An unknown kind of head lists the known ones."""
    with pytest.raises(ValueError, match="masked-lm, sequence, span, token"):
        checkpoint.load(folder, "poetry")
