"""The few-shot measurement counts what it says it counts."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.engine.checkpoint import Config  # noqa: E402 - only where torch is
from assistant.training import probe  # noqa: E402
from assistant.training.distilbert import DistilBert  # noqa: E402

pytestmark = pytest.mark.train


@pytest.mark.parametrize(
    ("high", "low", "expected"),
    [
        ([3.0, 4.0], [1.0, 2.0], 1.0),
        ([1.0], [2.0], 0.0),
        ([1.0], [1.0], 0.5),
        ([1.0, 3.0], [2.0], 0.5),
    ],
)
def test_probe_auroc(high, low, expected):
    """AUROC counts pairs in the right order, ties half."""
    assert probe.auroc(torch.tensor(high), torch.tensor(low)) == expected


def test_probe_logistic_separates():
    """The probe's classifier finds classes that a line separates."""
    torch.manual_seed(0)
    labels = torch.arange(3).repeat(20)
    x = torch.nn.functional.normalize(torch.eye(3)[labels] + 0.1 * torch.randn(60, 3), dim=1)

    weight, bias = probe.logistic(x, labels, 3)

    assert torch.equal((x @ weight.T + bias).argmax(dim=1), labels)


def test_probe_shots_are_ten_an_intent_and_never_asked():
    """Ten rows of each intent are learnt from; the others, and only those, are asked."""
    rows = [(f"{intent} {number}", intent) for intent in ("a", "b") for number in range(13)]

    support, rest = probe.shots(rows, seed=1)

    assert [sum(rows[i][1] == intent for i in support) for intent in ("a", "b")] == [10, 10]
    assert sorted(support + rest) == list(range(26))
    assert probe.shots(rows, seed=1) == (support, rest)


class _Letters:
    """A tokenizer whose tokens are letters."""

    def encode_batch(self, texts):
        return [type("Encoding", (), {"ids": [1, *map(ord, text), 2]})() for text in texts]


def test_probe_long_texts_keep_their_end_mark():
    """A text cut short still ends with the closing token."""
    assert probe.tokenize(_Letters(), ["abcdef", "a"], 4) == [[1, 97, 98, 2], [1, 97, 2]]


def test_probe_embeddings_come_in_the_order_asked():
    """Sorting by length inside does not show: each row is its own text's unit vector."""
    torch.manual_seed(0)
    sizes = {"vocab_size": 200, "hidden": 16, "layers": 1, "heads": 2, "intermediate": 32}
    encoder = DistilBert(Config(architecture="distilbert", **sizes))
    texts = ["a long text here", "b", "some words"]

    together = probe.embed(encoder, _Letters(), texts)

    for row, text in zip(together, texts, strict=True):
        alone = probe.embed(encoder, _Letters(), [text])[0]
        assert torch.dot(row, alone) > 0.999
        assert abs(row.norm() - 1) < 1e-5
