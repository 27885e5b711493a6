"""Several intents in one sentence, and the slots of all of them, from one encoder in one pass.

Each word tells the intent of its part, or that it joins two parts, and its BIO tag; the sentence's
intents are those of its parts. A benchmark only: what is learnt here goes into no checkpoint. How
the sentences are joined is told in `assistant.labelled.joining`. B is the batch, T tokens, W words,
C the width, P intents and what joins them, L tags.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant import paths
from assistant.errors import CheckpointError
from assistant.labelled import metrics
from assistant.labelled.joining import Joined, alone, read_sets, varied
from assistant.labelled.rows import spans
from assistant.training import expand, loop
from assistant.training.chain import RULED_OUT, Chain, bio, segments
from assistant.training.checkpoint import Encoder, fill
from assistant.training.features import tags_of
from assistant.training.glue import TEACHER, open_encoder
from assistant.training.heads import ENCODERS
from assistant.training.loop import Pace, Run, Step, Tell, adamw, device, half, plan
from assistant.training.probe import alike, pad
from assistant.training.recipe import data_folder

STUDENT = "intent-distilbert"
BATCH = 16
HEAD_RATE = 1e-3
NARROW_RATE = 1e-4
WARMUP = 0.06
DECAY = 0.01
DROPOUT = 0.1
SEED = 0
"""Of the joining: every run is asked the same sentences."""


@dataclass(frozen=True)
class Settings:
    """How to train; ``rows`` caps the joined training sentences, drawn by the seed, 0 is all.

    Beside them each row is learnt ``alone`` so many times; ``vary`` puts other values of the rows
    into the slots of all. ``narrow`` joined sentences are learnt before, as they are, at MiniLM's
    own width, where they cost a quarter.
    """

    epochs: int = 1
    rows: int = 0
    seed: int = 0
    rate: float = 1e-4
    narrow: int = 0
    alone: int = 0
    vary: bool = False


@dataclass(frozen=True)
class Labels:
    """The names that the training sentences give: of parts, "" first, and of tags, "O" first."""

    parts: tuple[str, ...]
    tags: tuple[str, ...]

    @classmethod
    def of(cls, sentences: Sequence[Joined]) -> Labels:
        """Return those of sentences."""
        parts = sorted({part for each in sentences for part in each.parts} | {""})
        kinds = sorted({tag[2:] for each in sentences for tag in each.tags} - {""})
        return cls(tuple(parts), tags_of(kinds))


@dataclass(frozen=True)
class Words:
    """A sentence: token ids, and where each word begins among them."""

    ids: list[int]
    starts: list[int]


class Model(nn.Module):
    """An encoder with frozen embeddings, and heads for the part and the tag of every word."""

    def __init__(self, encoder: Encoder, labels: Labels) -> None:
        super().__init__()
        encoder.embeddings.requires_grad_(False)
        self.encoder = encoder
        self.dropout = nn.Dropout(DROPOUT)
        self.parts = nn.Linear(encoder.config.hidden, len(labels.parts))
        self.slots = nn.Linear(encoder.config.hidden, len(labels.tags))
        self.chain = Chain(*bio(labels.tags))

    def forward(self, sentences: Sequence[Words]) -> tuple[Tensor, Tensor]:
        """Return logits of parts (B, W, P) and of tags (B, W, L)."""
        ids, mask = (each.to(device()) for each in pad([each.ids for each in sentences]))
        at, _ = pad([each.starts for each in sentences])  # (B, W)
        with half(ids.device):
            vectors = self.encoder(ids, mask)  # (B, T, C)
        places = at.to(ids.device)[..., None].expand(-1, -1, vectors.shape[-1])
        words = self.dropout(vectors.float().gather(1, places))  # (B, W, C)
        return self.parts(words), self.slots(words)


def encode(tokenizer: Tokenizer, sentences: Sequence[Joined]) -> list[Words]:
    """Return the token ids of each sentence; a word stands where its first token does."""
    given = [list(each.tokens) for each in sentences]
    found = []
    for encoding in tokenizer.encode_batch(given, is_pretokenized=True):
        starts: dict[int, int] = {}
        for at, word in enumerate(encoding.word_ids):
            if word is not None:
                starts.setdefault(word, at)
        found.append(Words(encoding.ids, [starts[word] for word in sorted(starts)]))
    return found


def losses(model: Model, words: Sequence[Words], parts: Tensor, tags: Tensor) -> dict[str, Tensor]:
    """Return both losses of a batch, of answers (B, W) that are -1 where there is no word."""
    of_parts, of_tags = model(words)
    mask = parts >= 0
    return {
        "parts": nn.functional.cross_entropy(of_parts[mask], parts[mask]),
        "slots": model.chain.loss(of_tags, tags.clamp_min(0), mask),
    }


def train(model: Model, material: Material, how: Settings, out: Path, tell: Tell) -> None:
    """Train in place, going on from a stopped run in ``out``."""
    inside = [p for p in model.encoder.parameters() if p.requires_grad]
    heads = [*model.parts.parameters(), *model.slots.parameters(), *model.chain.parameters()]
    run = Run({"model": model}, adamw([(inside, how.rate), (heads, HEAD_RATE)], DECAY))

    def of(step: Step) -> dict[str, Tensor]:
        return losses(model, *material.batch(step.rows))

    lengths = [len(each.ids) for each in material.words]
    steps = plan([lengths], BATCH, how.epochs, how.seed)
    out.mkdir(parents=True, exist_ok=True)
    loop.train(run, steps, of, Pace("mixed", how.seed, WARMUP), out, tell)


@dataclass(frozen=True)
class Material:
    """Sentences to learn from, with the numbers of each word's part and tag."""

    words: list[Words]
    parts: list[list[int]]
    tags: list[list[int]]

    @classmethod
    def of(cls, tokenizer: Tokenizer, sentences: Sequence[Joined], labels: Labels) -> Material:
        """Return those of sentences whose labels are known."""
        parts = {part: i for i, part in enumerate(labels.parts)}
        tags = {tag: i for i, tag in enumerate(labels.tags)}
        return cls(
            encode(tokenizer, sentences),
            [[parts[part] for part in each.parts] for each in sentences],
            [[tags[tag] for tag in each.tags] for each in sentences],
        )

    def batch(self, rows: Sequence[int]) -> tuple[list[Words], Tensor, Tensor]:
        """Return some sentences with their parts and tags (B, W), -1 where there is no word."""
        parts, tags = (_padded([each[i] for i in rows]) for each in (self.parts, self.tags))
        return [self.words[i] for i in rows], parts, tags


def _padded(rows: Sequence[Sequence[int]]) -> Tensor:
    numbers, mask = pad(rows)
    return numbers.masked_fill(~mask, -1).to(device())


Answer = tuple[frozenset[str], tuple[str, ...]]
"""The intents of a sentence, and the tag of each word."""


@torch.no_grad()
def answers(
    model: Model, tokenizer: Tokenizer, labels: Labels, sentences: Sequence[Joined]
) -> list[Answer]:
    """Read sentences, in batches of like length, in their own order."""
    model.eval()
    joins, chain = Chain(*segments(len(labels.parts))), deepcopy(model.chain).cpu()
    words = encode(tokenizer, sentences)
    found: dict[int, Answer] = {}
    for rows in alike([len(each.ids) for each in words], BATCH):
        of_parts, of_tags = (each.cpu() for each in model([words[i] for i in rows]))
        for i, parts, tags in zip(rows, of_parts, of_tags, strict=True):
            many = len(words[i].starts)
            found[i] = _answer(joins, chain, labels, parts[:many], tags[:many])
    return [found[i] for i in range(len(words))]


def _answer(joins: Chain, chain: Chain, labels: Labels, parts: Tensor, tags: Tensor) -> Answer:
    """Decode logits (W, P) by what joins, and (W, L)."""
    scores = parts.log_softmax(-1)
    scores[-1, 0] = RULED_OUT  # nothing is joined after the last word
    intents = frozenset(labels.parts[i] for i in joins.best(scores)) - {""}
    return intents, tuple(labels.tags[i] for i in chain.best(tags))


def figures(sentences: Sequence[Joined], given: Sequence[Answer]) -> dict[str, float]:
    """Return the shares of sentences with all, and with all intents right, and the F1 of slots."""
    gold = [spans(each.tags) for each in sentences]
    found = [spans(tags) for _, tags in given]
    intents = [each.intents == told for each, (told, _) in zip(sentences, given, strict=True)]
    whole = [a and g == f for a, g, f in zip(intents, gold, found, strict=True)]
    return {
        "overall": sum(whole) / len(whole),
        "intents": sum(intents) / len(intents),
        "slots_f1": metrics.spans(gold, found)[""][2] if any(gold) or any(found) else 1.0,
    }


def measure(
    name: str, how: Settings, data: Path | None, checkpoint: Path | None, out: Path, tell: Tell
) -> dict[str, float]:
    """Train on the joined rows of a set; return its figures on valid and test.

    A finished run is only asked. Raises AssistantError.
    """
    root = data_folder(data)
    known, *asked = read_sets(name, root, SEED)
    single = alone(name, root)
    folder = checkpoint or paths.bundled() / "models" / (TEACHER if how.narrow else STUDENT)
    if how.narrow and folder.name != TEACHER:
        raise CheckpointError(f"{folder} can't be grown: leave out --checkpoint, or --narrow.")
    _claim(out, {"set": name, "start": folder.name, **asdict(how)})
    encoder, tokenizer = open_encoder(None if folder.name == TEACHER else folder)
    labels = Labels.of(known + single)
    torch.manual_seed(how.seed)
    model = Model(encoder, labels).to(device())

    def learn(rows: int, how: Settings, out: Path) -> int:
        """Return how many joined sentences were learnt from."""
        drawn = _cut(known, rows, how.seed)
        tell(f"{name}: {len(drawn)} of {len(known)} joined sentences, {how.epochs} epochs")
        every = drawn + how.alone * single
        every = varied(every, single, how.seed) if how.vary else every
        train(model, Material.of(tokenizer, every, labels), how, out, tell)
        return len(drawn)

    if how.narrow:
        learn(
            how.narrow,
            replace(how, epochs=1, rate=NARROW_RATE, alone=0, vary=False),
            out / "narrow",
        )
        model = grown(model, labels, how.seed)
    learnt = learn(how.rows, how, out)
    told = {"trained_on": float(learnt), "of": float(len(known))}
    for part, sentences in zip(("valid", "test"), asked, strict=True):
        given = answers(model, tokenizer, labels, sentences)
        told |= {f"{part}_{n}": v for n, v in figures(sentences, given).items()}
    return told


def grown(model: Model, labels: Labels, seed: int) -> Model:
    """Return a model of twice the width that answers alike, as ours was grown from MiniLM."""
    config, weights = expand.to_distilbert(model.encoder.config, model.encoder.state_dict(), seed)
    encoder = ENCODERS[config.architecture](config)
    fill(encoder, weights, "the grown encoder")
    wide = Model(encoder, labels)
    noise = torch.Generator().manual_seed(seed)
    wide.chain.load_state_dict(model.chain.state_dict())
    for mine, theirs in ((wide.parts, model.parts), (wide.slots, model.slots)):
        weight = expand.split_columns(theirs.weight.detach().cpu(), noise)
        mine.load_state_dict({"weight": weight, "bias": theirs.bias.detach()})
    return wide.to(device())


def _claim(out: Path, run: dict[str, object]) -> None:
    """Note which run a folder holds. Raises CheckpointError where it holds another."""
    path = out / "run.json"
    try:
        out.mkdir(parents=True, exist_ok=True)
        told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else run
        if told == run:
            path.write_text(json.dumps(run) + "\n", encoding="utf-8")
            return
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{path} can't be used ({error!s:.80}): name another --out."
        ) from error
    raise CheckpointError(f"{out} holds another run, {told}: name another --out, or delete it.")


def _cut(sentences: list[Joined], most: int, seed: int) -> list[Joined]:
    if not 0 < most < len(sentences):
        return sentences
    return random.Random(seed).sample(sentences, most)
