"""How good an encoder is for intents it has ten examples of: the product's own situation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant.engine import Encoder as EngineEncoder
from assistant.training.checkpoint import load_encoder, read_tokenizer
from assistant.training.parts import mean_pool
from assistant.training.recipe import read_rows

Rows = Sequence[tuple[str, str | None]]
Embedder = Callable[[Sequence[str]], Tensor]  # n texts to unit vectors (n, C)
SHOTS = 10
PENALTY = 0.1  # of the logistic regression: 1 / C
BANKING_ROWS = 2000


@dataclass(frozen=True)
class Score:
    """Shares between 0 and 1; banking's intents are never trained on."""

    clinc: float  # accuracy, ten examples an intent, on CLINC150's validation rows
    out_of_scope: float  # AUROC of confidence, validation rows against out-of-scope rows
    banking: float  # accuracy, ten examples an intent, on other rows of BANKING77's training part

    def __str__(self) -> str:
        return (
            f"clinc150 10-shot {self.clinc:.4f}, out-of-scope AUROC {self.out_of_scope:.4f}, "
            f"banking77 10-shot {self.banking:.4f}"
        )


def tokenize(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[list[int]]:
    """Return token ids of every text, cut to ``longest`` with the closing token kept."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    return [ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]] for ids in rows]


def pad(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return ids and mask, both (B, T), of rows of differing length."""
    longest = max(len(row) for row in rows)
    ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])  # (B, T)
    mask = torch.tensor([[True] * len(row) + [False] * (longest - len(row)) for row in rows])
    return ids, mask


def alike(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Give the numbers of rows of such lengths in batches of like length, the shortest first."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    yield from (order[start : start + size] for start in range(0, len(order), size))


@torch.no_grad()
def embed(encoder: nn.Module, tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    """Embed texts as unit vectors (n, C): the mean over tokens, as the product uses it."""
    encoder.eval()
    rows = tokenize(tokenizer, texts, 64)
    out: dict[int, Tensor] = {}
    for chunk in alike([len(row) for row in rows], 64):
        ids, mask = pad([rows[i] for i in chunk])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = encoder(ids, mask)  # (B, T, C)
        out |= dict(zip(chunk, mean_pool(vectors.float(), mask), strict=True))
    return torch.stack([out[i] for i in range(len(rows))])


def logistic(x: Tensor, labels: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Fit a softmax regression on x (n, C) by L-BFGS; returns weights (classes, C) and bias."""
    weight = torch.zeros(classes, x.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    solver = torch.optim.LBFGS([weight, bias], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        fit = nn.functional.cross_entropy(x @ weight.T + bias, labels)
        total = fit + PENALTY / (2 * len(x)) * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    solver.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()


def auroc(high: Tensor, low: Tensor) -> float:
    """Return the chance that a value of ``high`` exceeds one of ``low``, ties counting half."""
    above = (high[:, None] > low[None, :]).double().mean()
    ties = (high[:, None] == low[None, :]).double().mean()
    return float(above + ties / 2)


def shots(rows: Sequence[tuple[str, str | None]], seed: int) -> tuple[list[int], list[int]]:
    """Draw ten rows of every intent; returns their numbers and those of all others."""
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    taken: dict[str | None, int] = {}
    support: list[int] = []
    rest: list[int] = []
    for i in order:
        count = taken.get(rows[i][1], 0)
        taken[rows[i][1]] = count + 1
        (support if count < SHOTS else rest).append(i)
    return support, rest


def probe(embedder: Embedder, data: Path, seed: int = 0) -> Score:
    """Measure on CLINC150 validation and BANKING77 training rows (never on tests)."""
    clinc = read_rows(data / "clinc150" / "train.jsonl.xz")
    support = [clinc[i] for i in shots(clinc, seed)[0]]
    held = read_rows(data / "clinc150" / "val.jsonl")
    outside = read_rows(data / "clinc150" / "oos_val.jsonl")
    accuracy, inside_top, outside_top = _few_shot(embedder, support, held, outside)
    banking = read_rows(data / "banking77" / "train.jsonl.xz")
    few, rest = shots(banking, seed)
    asked = [banking[i] for i in rest[:BANKING_ROWS]]
    banking_accuracy, _, _ = _few_shot(embedder, [banking[i] for i in few], asked, [])
    return Score(accuracy, auroc(inside_top, outside_top), banking_accuracy)


def measure(folder: Path, data: Path, draws: int = 3) -> Score:
    """Probe a float or an int8 checkpoint, averaged over several draws of the ten examples."""
    if (folder / "model.safetensors").exists():
        embedder = partial(embed, load_encoder(folder), read_tokenizer(folder))
    else:
        embedder = partial(_embed_int8, EngineEncoder.load(folder))
    scores = [astuple(probe(embedder, data, seed)) for seed in range(draws)]
    return Score(*(sum(column) / draws for column in zip(*scores, strict=True)))


def _embed_int8(encoder: EngineEncoder, texts: Sequence[str]) -> Tensor:
    return torch.from_numpy(encoder.encode(texts))


def _few_shot(
    embedder: Embedder, support: Rows, held: Rows, outside: Rows
) -> tuple[float, Tensor, Tensor]:
    """Fit on ``support``; returns accuracy on ``held`` and both others' top probabilities."""
    names = sorted({str(intent) for _, intent in support})
    numbers = {name: i for i, name in enumerate(names)}
    labels = torch.tensor([numbers[str(intent)] for _, intent in support])
    x = embedder([text for text, _ in support])
    weight, bias = logistic(x, labels, len(names))
    asked = embedder([text for text, _ in [*held, *outside]])
    top, guess = (asked @ weight.T + bias).softmax(dim=-1).max(dim=-1)
    truth = torch.tensor([numbers[str(intent)] for _, intent in held])
    accuracy = float((guess[: len(held)] == truth).double().mean())
    return accuracy, top[: len(held)], top[len(held) :]
