"""DistilBERT's own behaviour, without a reference."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.engine.checkpoint import Config  # noqa: E402 - only where torch is
from assistant.errors import CheckpointError  # noqa: E402
from assistant.training.distilbert import DistilBert  # noqa: E402
from assistant.training.heads import DistilBertForMaskedLM  # noqa: E402

pytestmark = pytest.mark.train

TINY = Config(
    architecture="distilbert",
    vocab_size=50,
    positions=16,
    hidden=24,
    layers=2,
    heads=4,
    intermediate=40,
)


def test_distilbert_parameter_names():
    """The parameters of a layer are those of the published files."""
    names = {n for n in DistilBert(TINY).state_dict() if n.startswith("transformer.layer.1.")}

    linear = ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin")
    others = ("sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm")
    expected = {
        f"transformer.layer.1.{name}.{kind}"
        for name in (*linear, *others)
        for kind in ("weight", "bias")
    }
    assert names == expected


def test_distilbert_published_size():
    """The default configuration has the 66.4 million parameters of the published encoder."""
    encoder = DistilBert(Config(architecture="distilbert"))

    assert sum(p.numel() for p in encoder.parameters()) == 66_362_880


def test_distilbert_padding_changes_nothing():
    """A text's vectors are the same alone and beside a longer text."""
    torch.manual_seed(0)
    encoder = DistilBert(TINY).eval()
    alone, mask = torch.tensor([[3, 4, 5]]), torch.ones(1, 3, dtype=torch.bool)
    padded = torch.tensor([[3, 4, 5, 0, 0], [6, 7, 8, 9, 10]])

    with torch.no_grad():
        one = encoder(alone, mask)
        two = encoder(padded, padded != 0)

    torch.testing.assert_close(two[:1, :3], one, atol=1e-6, rtol=1e-5)


def test_distilbert_heads_must_divide():
    """A width that heads cannot share is refused with both numbers."""
    with pytest.raises(CheckpointError, match=r"24 .* 5 heads"):
        DistilBert(replace(TINY, heads=5))


def test_distilbert_masked_lm_is_tied():
    """The word guesses use the very weights of the word embeddings."""
    model = DistilBertForMaskedLM(TINY)

    assert model.vocab_projector.weight is model.distilbert.embeddings.word_embeddings.weight
