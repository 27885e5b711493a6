"""Our encoders and heads compute what transformers computes, to 1e-5, on random weights."""

from __future__ import annotations

import json

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")
transformers = pytest.importorskip("transformers", reason="needs transformers: run `make test-all`")

from assistant.training import checkpoint  # noqa: E402 - only where torch is

pytestmark = pytest.mark.train

TINY = {
    "distilbert": {"vocab_size": 99, "dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48},
    "squeezebert": {
        "vocab_size": 99,
        "hidden_size": 32,
        "embedding_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 48,
        "q_groups": 2,
        "k_groups": 4,
        "v_groups": 1,
        "post_attention_groups": 2,
        "intermediate_groups": 4,
        "output_groups": 2,
    },
}
FULL: dict[str, dict[str, int]] = {"distilbert": {}, "squeezebert": {}}  # their defaults
NAMES = {"distilbert": "DistilBert", "squeezebert": "SqueezeBert"}
HEADS = {
    "masked-lm": "ForMaskedLM",
    "sequence": "ForSequenceClassification",
    "token": "ForTokenClassification",
    "span": "ForQuestionAnswering",
}


def reference(architecture, sizes, head, folder, labels=2):
    """Write a random model of transformers to ``folder`` and return it."""
    config = getattr(transformers, f"{NAMES[architecture]}Config")(**sizes, num_labels=labels)
    torch.manual_seed(7)
    model = getattr(transformers, NAMES[architecture] + head)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # fresh biases are zeros and norms ones: hide nothing
            parameter.add_(0.02 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    return model


def padded_batch(vocabulary):
    """Return ids and mask (3, 11) of texts 11, 6 and 1 tokens long."""
    ids = torch.randint(5, vocabulary, (3, 11), generator=torch.Generator().manual_seed(3))
    mask = torch.arange(11)[None, :] < torch.tensor([11, 6, 1])[:, None]
    return ids.masked_fill(~mask, 0), mask


def close(ours, theirs):
    """Assert equality to 1e-5 everywhere, padding included."""
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("sizes", [TINY, FULL], ids=["tiny", "published"])
@pytest.mark.parametrize("architecture", sorted(NAMES))
def test_parity_encoder(architecture, sizes, tmp_path):
    """A bare encoder loads strictly and gives the reference's token vectors."""
    model = reference(architecture, sizes[architecture], "Model", tmp_path)
    ids, mask = padded_batch(model.config.vocab_size)

    ours = checkpoint.load_encoder(tmp_path)

    with torch.no_grad():
        close(ours(ids, mask), model(ids, attention_mask=mask.long()).last_hidden_state)


@pytest.mark.parametrize("sizes", [TINY, FULL], ids=["tiny", "published"])
@pytest.mark.parametrize("head", sorted(HEADS))
@pytest.mark.parametrize("architecture", sorted(NAMES))
def test_parity_heads(architecture, head, sizes, tmp_path):
    """Every head loads without a difference and gives the reference's logits."""
    labels = 2 if head == "span" else 5
    model = reference(architecture, sizes[architecture], HEADS[head], tmp_path, labels)
    ids, mask = padded_batch(model.config.vocab_size)

    loaded = checkpoint.load(tmp_path, head, labels)

    assert not loaded.head
    with torch.no_grad():
        ours, theirs = loaded.model(ids, mask), model(ids, attention_mask=mask.long())
    if head == "span":
        theirs.logits = torch.stack([theirs.start_logits, theirs.end_logits], dim=-1)
    close(ours, theirs.logits)


def test_parity_token_types(tmp_path):
    """SqueezeBERT's second token type is read as the reference reads it."""
    model = reference("squeezebert", TINY["squeezebert"], "Model", tmp_path)
    ids, mask = padded_batch(99)
    types = (torch.arange(11)[None, :] > 4).long().expand_as(ids)

    ours = checkpoint.load_encoder(tmp_path)(ids, mask, types)

    close(ours, model(ids, attention_mask=mask.long(), token_type_ids=types).last_hidden_state)


@pytest.mark.parametrize("architecture", sorted(NAMES))
def test_parity_written_folder(architecture, tmp_path):
    """A folder we write is read by transformers with nothing missing and the same outputs."""
    model = reference(architecture, TINY[architecture], HEADS["masked-lm"], tmp_path / "theirs")
    loaded = checkpoint.load(tmp_path / "theirs", "masked-lm")
    ids, mask = padded_batch(99)
    tokenizer = tiny_tokenizer()

    checkpoint.save(loaded.model, loaded.config, tokenizer, tmp_path / "ours")
    kind = getattr(transformers, NAMES[architecture] + HEADS["masked-lm"])
    again, info = kind.from_pretrained(tmp_path / "ours", output_loading_info=True)

    assert not info["missing_keys"]
    assert not info["unexpected_keys"]
    with torch.no_grad():
        close(
            again.eval()(ids, attention_mask=mask.long()).logits,
            model(ids, attention_mask=mask.long()).logits,
        )
    assert json.loads((tmp_path / "ours" / "config.json").read_text())["model_type"] == architecture


def tiny_tokenizer():
    """Return a tokenizer of three words."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece

    return Tokenizer(WordPiece({"[UNK]": 0, "wake": 1, "me": 2}, unk_token="[UNK]"))
