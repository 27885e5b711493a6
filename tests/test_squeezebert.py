"""SqueezeBERT's own behaviour, without a reference."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.engine.checkpoint import Config  # noqa: E402 - only where torch is
from assistant.training.heads import SqueezeBertForMaskedLM  # noqa: E402
from assistant.training.squeezebert import SqueezeBert, conv  # noqa: E402

pytestmark = pytest.mark.train

TINY = Config(
    architecture="squeezebert",
    vocab_size=50,
    positions=16,
    hidden=24,
    layers=2,
    heads=4,
    intermediate=48,
    q_groups=2,
    k_groups=3,
    v_groups=4,
    post_attention_groups=1,
    intermediate_groups=6,
    output_groups=8,
)


@pytest.mark.parametrize(
    ("name", "wide_out", "wide_in", "groups"),
    [
        ("attention.query", 24, 24, 2),
        ("attention.key", 24, 24, 3),
        ("attention.value", 24, 24, 4),
        ("post_attention.conv1d", 24, 24, 1),
        ("intermediate.conv1d", 48, 24, 6),
        ("output.conv1d", 24, 48, 8),
    ],
)
def test_squeezebert_every_group_count_is_configured(name, wide_out, wide_in, groups):
    """Each convolution has the groups its own setting says, seen in its kernel's shape."""
    weight = SqueezeBert(TINY).state_dict()[f"encoder.layers.1.{name}.weight"]

    assert tuple(weight.shape) == (wide_out, wide_in // groups, 1)


def test_squeezebert_published_size():
    """Twelve layers with groups of four have the 51.1 million parameters of the paper."""
    groups = dict.fromkeys(
        ("q_groups", "k_groups", "v_groups", "intermediate_groups", "output_groups"), 4
    )
    config = replace(Config(architecture="squeezebert", layers=12), **groups)

    total = sum(p.numel() for p in SqueezeBert(config).parameters())

    assert round(total / 1e6, 1) == 51.1


def test_squeezebert_groups_must_divide():
    """Groups that do not fit a width are refused with both numbers."""
    with pytest.raises(ValueError, match=r"24.*5"):
        conv(24, 24, 5)


def test_squeezebert_a_group_sees_only_its_channels():
    """A grouped convolution's first outputs do not move when the second half of its inputs does."""
    layer = conv(8, 8, 2)
    x = torch.zeros(1, 8, 3)
    y = x.clone()
    y[:, 4:] = 1.0

    assert torch.equal(layer(x)[:, :4], layer(y)[:, :4])
    assert not torch.equal(layer(x)[:, 4:], layer(y)[:, 4:])


def test_squeezebert_padding_changes_nothing():
    """A text's vectors are the same alone and beside a longer text."""
    torch.manual_seed(0)
    encoder = SqueezeBert(TINY).eval()
    alone, mask = torch.tensor([[3, 4, 5]]), torch.ones(1, 3, dtype=torch.bool)
    padded = torch.tensor([[3, 4, 5, 0, 0], [6, 7, 8, 9, 10]])

    with torch.no_grad():
        one = encoder(alone, mask)
        two = encoder(padded, padded != 0)

    torch.testing.assert_close(two[:1, :3], one, atol=1e-6, rtol=1e-5)


def test_squeezebert_masked_lm_is_tied():
    """The word guesses use the word embeddings' weights, and one bias under two names."""
    model = SqueezeBertForMaskedLM(TINY)
    words = model.cls["predictions"]

    assert words.decoder.weight is model.transformer.embeddings.word_embeddings.weight
    assert words.decoder.bias is words.bias


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_squeezebert_grouped_layer_is_a_convolution(groups: int) -> None:
    """A grouped layer gives what torch's own convolution gives, forwards and backwards."""
    torch.manual_seed(3)
    layer = conv(8, 16, groups)
    x = torch.randn(2, 8, 5, requires_grad=True)

    mine, theirs = layer(x), torch.nn.Conv1d.forward(layer, x)

    torch.testing.assert_close(mine, theirs)
    grads = [torch.autograd.grad(y.square().sum(), (x, layer.weight)) for y in (mine, theirs)]
    torch.testing.assert_close(*grads)
