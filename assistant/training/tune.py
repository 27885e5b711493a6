"""Fine-tune the whole encoder on a user's own rows, beside the head on the frozen one.

With few examples the tuned encoder alone is worse than the frozen one, and both together are better
than either; with many the tuned one leads. So the chances of both are averaged, and refusal is
judged on the frozen vectors, which were not bent towards the rows at hand.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant import paths
from assistant.training.checkpoint import Encoder, read_tokenizer
from assistant.training.finetune import Batch, Directions, prototype_loss, vectors
from assistant.training.loop import adamw, device, pace
from assistant.training.probe import embed, pad, tokenize
from assistant.training.restore import opened
from assistant.understanding.learning.classifier import IntentClassifier, Labelled
from assistant.understanding.learning.lessons import read_background

Floats = NDArray[np.float32]
Rows = Sequence[tuple[str, str]]

BATCH = 32
EACH = 2  # rows of one intent that come together
RATE = 5e-5
HEAD_RATE = 2e-3
SCALE = 20.0
WARMUP = 0.1
LOOKS = 45_000  # rows looked at in all, between the least and the most epochs
EPOCHS = (3, 8)
LONGEST = 64
SOFT = 1.5  # steepness of the frozen head's chances when both are averaged


@dataclass(frozen=True)
class Tuned:
    """An encoder trained as a whole, with a direction for each intent."""

    encoder: Encoder
    head: Directions
    names: tuple[str, ...]

    def chances(self, texts: Sequence[str], embedder: Callable[..., Tensor]) -> Floats:
        """Return each text's chances of the intents (n, intents)."""
        with torch.no_grad():
            logits = self.head.cpu()(embedder(self.encoder, texts))
        found: Floats = logits.softmax(-1).numpy()
        return found


def finetune_and_predict(
    train: Rows,
    test: Sequence[str],
    oos: Sequence[str],
    seed: int,
    folder: Path | None = None,
    tell: Callable[[str], None] | None = None,
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Train on (text, intent) rows; return the intents and each text's chances of them.

    A row of chances adds up to the chance that any of the intents is meant at all.
    """
    folder = folder or paths.checkpoint()
    tokenizer = read_tokenizer(folder)
    encoder = opened(folder)
    names = tuple(sorted({intent for _, intent in train}))

    def embedder(of: nn.Module, texts: Sequence[str]) -> Tensor:
        return embed(of, tokenizer, texts) if texts else torch.zeros((0, encoder.config.hidden))

    own = embedder(encoder, [text for text, _ in train])
    asked = [embedder(encoder, texts) for texts in (test, oos)]
    background = embedder(encoder, read_background(paths.bundled() / "data" / "background"))
    labels = torch.tensor([names.index(intent) for _, intent in train])
    examples = Labelled(own.numpy(), labels.numpy(), np.arange(len(train)))
    frozen = IntentClassifier.fit(names, examples, background.numpy())
    rows = tokenize(tokenizer, [text for text, _ in train], LONGEST)
    tuned = Tuned(encoder, _tuned(encoder, rows, labels, own, seed, tell), names)
    told = []
    for texts, old in zip((test, oos), asked, strict=True):
        mine = tuned.chances(texts, embedder)
        theirs, sure = _frozen_chances(frozen, old.numpy())
        told.append(((mine + theirs) / 2 * sure[:, None]).astype(np.float32))
    return names, told[0], told[1]


def _frozen_chances(head: IntentClassifier, asked: Floats) -> tuple[Floats, Floats]:
    """Return the frozen head's chances of the intents (n, intents) and of any at all (n,)."""
    logits = SOFT * (asked @ head.weights[:-1] + head.weights[-1])
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    chances /= chances.sum(axis=1, keepdims=True)
    figures = np.array([head.look(vector)[2] for vector in asked], np.float32).reshape(-1, 3)
    return chances, head.judge.sure(figures)


def _tuned(
    encoder: Encoder,
    rows: list[list[int]],
    labels: Tensor,
    start: Tensor,
    seed: int,
    tell: Callable[[str], None] | None,
) -> Directions:
    """Train the encoder where it stands, and a head that starts at the intents' means."""
    torch.manual_seed(seed)
    where = device()
    head = Directions(int(labels.max()) + 1, start.shape[1], SCALE)
    member = nn.functional.one_hot(labels).float()  # (n, intents)
    head.weight.data.copy_(nn.functional.normalize(member.T @ start, dim=-1))
    encoder.embeddings.requires_grad_(False)
    trained = [p for p in encoder.to(where).parameters() if p.requires_grad]
    optimizer = adamw([(trained, RATE), (list(head.to(where).parameters()), HEAD_RATE)], 0.01)
    epochs = min(max(EPOCHS[0], round(LOOKS / len(rows))), EPOCHS[1])
    steps = [step for epoch in range(epochs) for step in _steps(labels.tolist(), seed + epoch)]
    encoder.train()
    for number, step in enumerate(steps):
        for group in optimizer.param_groups:
            group["lr"] = group["top"] * pace(number, len(steps), WARMUP)
        ids, mask = pad([rows[i] for i in step])
        mine = vectors(encoder, Batch(0, ids.to(where), mask.to(where), None))
        truth = labels[step].to(where)
        loss = nn.functional.cross_entropy(head(mine), truth, label_smoothing=0.1)
        loss = loss + prototype_loss(mine, truth)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        if tell is not None and (number + 1) % 20 == 0:
            tell(f"step {number + 1}/{len(steps)}  loss {loss.item():.4f}")
    encoder.cpu().eval()
    return head


def _steps(labels: Sequence[int], seed: int) -> list[list[int]]:
    """Return batches of row numbers in which rows of an intent come in pairs."""
    chance = random.Random(seed)
    by_intent: dict[int, list[int]] = {}
    for row in chance.sample(range(len(labels)), len(labels)):
        by_intent.setdefault(labels[row], []).append(row)
    groups = [rows[i : i + EACH] for rows in by_intent.values() for i in range(0, len(rows), EACH)]
    chance.shuffle(groups)
    order = [row for group in groups for row in group]
    return [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
