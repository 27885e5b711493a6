"""The expanded models compute what MiniLM computes, and their new width is free to learn."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")
transformers = pytest.importorskip("transformers", reason="needs transformers: run `make test-all`")

from assistant.errors import CheckpointError  # noqa: E402 - only where torch is
from assistant.training import expand  # noqa: E402
from assistant.training.checkpoint import fill, read_tokenizer  # noqa: E402
from assistant.training.heads import ENCODERS  # noqa: E402
from assistant.training.parts import mean_pool  # noqa: E402
from assistant.training.probe import pad, tokenize  # noqa: E402

pytestmark = pytest.mark.train

TEXTS = [
    "wake me at half past six",
    "add milk and eggs to my shopping list",
    "what's the weather going to be like in Reykjavik the day after tomorrow, roughly?",
    "ok",
    "note that the spare key is under the blue pot",
    "",
]


@pytest.fixture(scope="module")
def batch():
    """Ids and mask of the texts, padded."""
    return pad(tokenize(read_tokenizer(expand.minilm_folder()), TEXTS, 64))


@pytest.fixture(scope="module")
def reference(batch):
    """MiniLM's own sentence embeddings (6, 384), by transformers."""
    model = transformers.BertModel.from_pretrained(expand.minilm_folder()).eval()
    ids, mask = batch
    with torch.no_grad():
        return mean_pool(model(ids, attention_mask=mask.long()).last_hidden_state, mask)


@pytest.fixture(scope="module", params=sorted(expand.EXPANSIONS))
def expanded(request):
    """An expanded encoder."""
    config, weights = expand.EXPANSIONS[request.param](*expand.minilm())
    encoder = ENCODERS[request.param](config)
    fill(encoder, weights, "the expansion")
    return encoder.eval()


def test_expand_is_exact(expanded, batch, reference):
    """Each half of the mean-pooled vector is MiniLM's: cosine 1.0000 for every text."""
    with torch.no_grad():
        pooled = mean_pool(expanded(*batch), batch[1])  # (6, 768)

    for half in pooled.split(384, dim=1):
        cosine = torch.nn.functional.cosine_similarity(half, reference)
        assert (cosine > 1 - 1e-5).all(), cosine
        torch.testing.assert_close(half * 2**0.5, reference, atol=1e-5, rtol=1e-4)


def test_expand_sizes(expanded):
    """Without embeddings they have 42.5 and 23.1 million parameters, as published or near it."""
    parts = ("embeddings.", "pooler.")
    count = sum(p.numel() for n, p in expanded.named_parameters() if not n.startswith(parts))
    expected = {"distilbert": 42.5, "squeezebert": 23.1}

    assert round(count / 1e6, 1) == expected[expanded.config.architecture]


def test_expand_embeddings_stay_duplicated(expanded):
    """The two halves of the word vectors are equal, so that one of them is enough on disk."""
    words = expanded.embeddings.word_embeddings.weight

    assert torch.equal(words[:, :384], words[:, 384:])


def test_expand_breaks_the_symmetry(batch):
    """After one step of training, the two copies of a feature differ."""
    config, weights = expand.to_distilbert(*expand.minilm())
    encoder = ENCODERS["distilbert"](config)
    fill(encoder, weights, "the expansion")
    last = encoder.transformer.layer[5].ffn.lin1
    optimizer = torch.optim.SGD(encoder.parameters(), lr=0.1)

    encoder.eval()(*batch).square().sum().backward()
    before = (last.weight[:1536, :384] - last.weight[1536:, :384]).detach().clone()
    gradient = last.bias.grad
    optimizer.step()

    assert not torch.allclose(gradient[:1536], gradient[1536:])
    assert before.abs().max() > 0


def test_expand_refuses_altered_weights(monkeypatch):
    """A package whose weights have another checksum is refused by name."""
    monkeypatch.setattr(expand, "SHA256", "0" * 64)

    with pytest.raises(CheckpointError, match="sha256"):
        expand.minilm_folder()


def test_expand_says_what_to_install(monkeypatch):
    """Without the package, the message says which command brings it."""
    monkeypatch.setattr(expand, "PACKAGE", "no-such-package-here")

    with pytest.raises(CheckpointError, match="make test-all"):
        expand.minilm_folder()
