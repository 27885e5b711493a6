"""What sits on an encoder: masked-LM, sequence, token and span heads for both architectures.

Each class has the parameter names of its published namesake. ``tied`` names parameters that are one
and the same, the copy first: files may hold either or both. B is the batch, T tokens, C the width.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from assistant.engine.checkpoint import Config
from assistant.training.distilbert import DistilBert
from assistant.training.parts import Dropouts
from assistant.training.squeezebert import SqueezeBert


class Head(nn.Module):
    """An encoder with something on it; ``prefix`` is the attribute the encoder lives under."""

    prefix: ClassVar[str]
    tied: ClassVar[dict[str, str]] = {}

    @property
    def encoder(self) -> nn.Module:
        """The encoder underneath."""
        return self.get_submodule(self.prefix)

    def tie(self) -> None:
        """Make every tied parameter the same object as the one it copies."""
        for copy, source in self.tied.items():
            owner, _, name = copy.rpartition(".")
            setattr(self.get_submodule(owner), name, self.get_parameter(source))


class DistilBertHead(Head):
    """A head on DistilBERT."""

    prefix = "distilbert"

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.distilbert = DistilBert(config, dropouts)


class DistilBertForMaskedLM(DistilBertHead):
    """Guesses the word at every place."""

    tied: ClassVar[dict[str, str]] = {
        "vocab_projector.weight": "distilbert.embeddings.word_embeddings.weight"
    }

    def __init__(self, config: Config, dropouts: Dropouts | None = None) -> None:
        super().__init__(config, dropouts or Dropouts())
        self.vocab_transform = nn.Linear(config.hidden, config.hidden)
        self.vocab_layer_norm = nn.LayerNorm(config.hidden, eps=config.norm_eps)
        self.vocab_projector = nn.Linear(config.hidden, config.vocab_size)
        self.activation = nn.GELU()
        self.tie()

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, vocabulary)."""
        x = self.activation(self.vocab_transform(self.distilbert(ids, mask)))  # (B, T, C)
        return self.vocab_projector(self.vocab_layer_norm(x))  # type: ignore[no-any-return]


class DistilBertForSequenceClassification(DistilBertHead):
    """One label for the whole text, read from its first token."""

    def __init__(self, config: Config, labels: int = 2, dropouts: Dropouts | None = None) -> None:
        dropouts = dropouts or Dropouts()
        super().__init__(config, dropouts)
        self.pre_classifier = nn.Linear(config.hidden, config.hidden)
        self.classifier = nn.Linear(config.hidden, labels)
        self.dropout = nn.Dropout(dropouts.sequence_head)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, labels)."""
        first = self.distilbert(ids, mask)[:, 0]  # (B, C)
        x = self.dropout(torch.relu(self.pre_classifier(first)))  # (B, C)
        return self.classifier(x)  # type: ignore[no-any-return]


class DistilBertForTokenClassification(DistilBertHead):
    """One label for every token."""

    def __init__(self, config: Config, labels: int = 2, dropouts: Dropouts | None = None) -> None:
        dropouts = dropouts or Dropouts()
        super().__init__(config, dropouts)
        self.dropout = nn.Dropout(dropouts.hidden)
        self.classifier = nn.Linear(config.hidden, labels)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, labels)."""
        return self.classifier(self.dropout(self.distilbert(ids, mask)))  # type: ignore[no-any-return]


class DistilBertForQuestionAnswering(DistilBertHead):
    """Where an answer starts and where it ends."""

    def __init__(self, config: Config, labels: int = 2, dropouts: Dropouts | None = None) -> None:
        dropouts = dropouts or Dropouts()
        super().__init__(config, dropouts)
        self.qa_outputs = nn.Linear(config.hidden, labels)
        self.dropout = nn.Dropout(dropouts.span_head)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, 2): start and end."""
        return self.qa_outputs(self.dropout(self.distilbert(ids, mask)))  # type: ignore[no-any-return]


class SqueezeBertHead(Head):
    """A head on SqueezeBERT, whose published files call the encoder ``transformer``."""

    prefix = "transformer"

    def __init__(self, config: Config, dropouts: Dropouts) -> None:
        super().__init__()
        self.transformer = SqueezeBert(config, dropouts)
        self.dropout = nn.Dropout(dropouts.hidden)


class WordTransform(nn.Module):
    """The dense layer before the guess: (B, T, C) to (B, T, C)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden, config.hidden)
        self.act = nn.GELU()
        self.LayerNorm = nn.LayerNorm(config.hidden, eps=config.norm_eps)

    def forward(self, x: Tensor) -> Tensor:
        """Transform (B, T, C)."""
        return self.LayerNorm(self.act(self.dense(x)))  # type: ignore[no-any-return]


class WordPredictions(nn.Module):
    """Logits over the vocabulary: (B, T, C) to (B, T, vocabulary)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.transform = WordTransform(config)
        self.decoder = nn.Linear(config.hidden, config.vocab_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, x: Tensor) -> Tensor:
        """Score every word at every place."""
        return self.decoder(self.transform(x))  # type: ignore[no-any-return]


class SqueezeBertForMaskedLM(SqueezeBertHead):
    """Guesses the word at every place."""

    tied: ClassVar[dict[str, str]] = {
        "cls.predictions.decoder.weight": "transformer.embeddings.word_embeddings.weight",
        "cls.predictions.decoder.bias": "cls.predictions.bias",
    }

    def __init__(self, config: Config, dropouts: Dropouts | None = None) -> None:
        super().__init__(config, dropouts or Dropouts())
        self.cls = nn.ModuleDict({"predictions": WordPredictions(config)})
        self.tie()

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, vocabulary)."""
        return self.cls["predictions"](self.transformer(ids, mask))  # type: ignore[no-any-return]


class SqueezeBertForSequenceClassification(SqueezeBertHead):
    """One label for the whole text, read from the pooled first token."""

    def __init__(self, config: Config, labels: int = 2, dropouts: Dropouts | None = None) -> None:
        super().__init__(config, dropouts or Dropouts())
        self.classifier = nn.Linear(config.hidden, labels)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, labels)."""
        pooled = self.transformer.pooler(self.transformer(ids, mask))  # (B, C)
        return self.classifier(self.dropout(pooled))  # type: ignore[no-any-return]


class SqueezeBertForTokenClassification(SqueezeBertHead):
    """One label for every token."""

    def __init__(self, config: Config, labels: int = 2, dropouts: Dropouts | None = None) -> None:
        super().__init__(config, dropouts or Dropouts())
        self.classifier = nn.Linear(config.hidden, labels)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, labels)."""
        return self.classifier(self.dropout(self.transformer(ids, mask)))  # type: ignore[no-any-return]


class SqueezeBertForQuestionAnswering(SqueezeBertHead):
    """Where an answer starts and where it ends."""

    def __init__(self, config: Config, labels: int = 2, dropouts: Dropouts | None = None) -> None:
        super().__init__(config, dropouts or Dropouts())
        self.qa_outputs = nn.Linear(config.hidden, labels)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, T, 2): start and end."""
        return self.qa_outputs(self.transformer(ids, mask))  # type: ignore[no-any-return]


ENCODERS: dict[str, type[DistilBert] | type[SqueezeBert]] = {
    "distilbert": DistilBert,
    "squeezebert": SqueezeBert,
}

HEADS: dict[tuple[str, str], type[Head]] = {
    ("distilbert", "masked-lm"): DistilBertForMaskedLM,
    ("distilbert", "sequence"): DistilBertForSequenceClassification,
    ("distilbert", "token"): DistilBertForTokenClassification,
    ("distilbert", "span"): DistilBertForQuestionAnswering,
    ("squeezebert", "masked-lm"): SqueezeBertForMaskedLM,
    ("squeezebert", "sequence"): SqueezeBertForSequenceClassification,
    ("squeezebert", "token"): SqueezeBertForTokenClassification,
    ("squeezebert", "span"): SqueezeBertForQuestionAnswering,
}
