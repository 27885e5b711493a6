"""Fine-tune an expanded encoder on published intents, through the vector the product uses.

Every source of intents has a head of its own: class directions compared by cosine with the
mean-pooled vector, so that what is learnt lies in the vectors and not in the head. Beside it a
sentence is drawn to the mean of the other sentences of its intent in the batch (prototypes, Snell
et al. 2017), which is what the product's head will do with intents never seen. Vectors of plain
text are held where MiniLM has them, and the result is blended with the weights before it. The
first epochs run at MiniLM's own width, where they cost a quarter; then the encoder is expanded.
Embeddings are frozen and so stay duplicated.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant.engine.checkpoint import Config
from assistant.errors import CheckpointError
from assistant.training import expand, loop
from assistant.training.checkpoint import Weights, fill, read_tokenizer, save
from assistant.training.heads import ENCODERS
from assistant.training.loop import Pace, Run, Step, Tell, adamw, buckets, device, half
from assistant.training.overlap import dev_and_test, without
from assistant.training.parts import mean_pool
from assistant.training.probe import pad, tokenize
from assistant.training.recipe import Recipe, Source, data_folder, read_recipe, read_source

PROTOTYPE_SCALE = 15.0
"""Cosines with the means of the intents in a batch are multiplied by it before the softmax."""

ENOUGH = 6
"""Rows an intent must have on average for its source to get class directions."""


@dataclass(frozen=True)
class Examples:
    """One source: the token ids of each text and the number of its intent (none for plain text)."""

    name: str
    rows: list[list[int]]
    labels: list[int] | None
    classes: int

    @property
    def directed(self) -> bool:
        """Tell whether its intents have rows enough to learn a direction for each."""
        return self.labels is not None and len(self.rows) >= ENOUGH * self.classes


@dataclass(frozen=True)
class Batch:
    """Texts of one source and of similar length."""

    source: int
    ids: Tensor  # (B, T)
    mask: Tensor  # (B, T)
    labels: Tensor | None  # (B,)


class Directions(nn.Module):
    """One direction an intent; logits are scaled cosines."""

    def __init__(self, classes: int, width: int, scale: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, width) * 0.02)
        self.scale = scale

    def forward(self, vectors: Tensor) -> Tensor:
        """Score unit vectors (B, C) against every intent: (B, classes)."""
        return self.scale * vectors @ nn.functional.normalize(self.weight, dim=-1).T


def read_examples(
    source: Source, recipe: Recipe, data: Path, tokenizer: Tokenizer, kept_aside: set[str]
) -> Examples:
    """Read and tokenize one source, cut to its number of rows by the recipe's seed.

    Rows whose text is kept aside for measuring are left out.
    """
    rows = without(read_source(source, recipe, data), kept_aside)
    if not rows:
        raise CheckpointError(f"Every row of {data / source.file} is kept for measuring: drop it.")
    names = sorted({row.label for row in rows if row.label})
    if len(names) == 1:
        raise CheckpointError(f"{data / source.file} has the one intent {names[0]}: give two.")
    numbers = {name: i for i, name in enumerate(names)}
    labels = [numbers[row.label] for row in rows if row.label]
    ids = tokenize(tokenizer, [row.text for row in rows], recipe.longest)
    return Examples(source.name, ids, labels or None, len(names))


def steps_of(examples: Sequence[Examples], recipe: Recipe, epochs: int) -> list[Step]:
    """Return every step of a run: all rows of all sources in each epoch, sources taking turns."""
    steps: list[Step] = []
    for epoch in range(epochs):
        chance = random.Random(recipe.seed * 1000 + epoch)
        mine = [
            Step(number, rows)
            for number, one in enumerate(examples)
            for rows in _batches(one, recipe, chance)
        ]
        chance.shuffle(mine)
        steps += mine
    return steps


def _batches(one: Examples, recipe: Recipe, chance: random.Random) -> list[list[int]]:
    """Cut a source into batches of similar length in which rows of an intent come together."""
    if one.labels is None or recipe.each < 2:
        return buckets([len(row) for row in one.rows], recipe.batch, chance)
    by_intent: dict[int, list[int]] = {}
    for row in chance.sample(range(len(one.rows)), len(one.rows)):
        by_intent.setdefault(one.labels[row], []).append(row)
    groups = [
        rows[start : start + recipe.each]
        for rows in by_intent.values()
        for start in range(0, len(rows), recipe.each)
    ]
    lengths = [round(sum(len(one.rows[i]) for i in group) / len(group)) for group in groups]
    together = buckets(lengths, max(1, recipe.batch // recipe.each), chance)
    return [[row for group in batch for row in groups[group]] for batch in together]


def make_batch(examples: Sequence[Examples], step: Step) -> Batch:
    """Pad the rows that a step names."""
    one, where = examples[step.source], device()
    ids, mask = pad([one.rows[i] for i in step.rows])
    labels = None if one.labels is None else torch.tensor([one.labels[i] for i in step.rows])
    return Batch(
        step.source, ids.to(where), mask.to(where), None if labels is None else labels.to(where)
    )


def vectors(encoder: nn.Module, batch: Batch) -> Tensor:
    """Return the unit vectors (B, C) of a batch, computed in bfloat16 where that is safe."""
    with half(batch.ids.device):
        out = encoder(batch.ids, batch.mask)  # (B, T, C)
    return mean_pool(out.float(), batch.mask)


def losses(run: Run, teacher: nn.Module, batch: Batch, recipe: Recipe) -> dict[str, Tensor]:
    """Return the intent losses, or for plain text the distance from MiniLM's vectors."""
    mine = vectors(run.parts["encoder"], batch)  # (B, C)
    if batch.labels is None:
        with torch.no_grad():
            theirs = vectors(teacher, batch)  # (B, C of the teacher)
        copies = mine.shape[1] // theirs.shape[1]
        theirs = theirs.repeat(1, copies) / copies**0.5
        return {"kept": recipe.keep * (1 - (mine * theirs).sum(-1)).mean()}
    parts = {}
    head = f"head{batch.source}"
    if head in run.parts:
        parts["intents"] = nn.functional.cross_entropy(
            run.parts[head](mine), batch.labels, label_smoothing=recipe.label_smoothing
        )
    if recipe.prototypes:
        parts["prototypes"] = recipe.prototypes * prototype_loss(mine, batch.labels)
    return parts


def prototype_loss(mine: Tensor, labels: Tensor) -> Tensor:
    """Tell each row's intent by the means of its batch, a row's own mean being that of the others.

    Takes unit vectors (B, C) and labels (B,); rows that are alone in the batch only contrast.
    """
    _, place = labels.unique(return_inverse=True)  # type: ignore[no-untyped-call]
    member = nn.functional.one_hot(place).float()  # (B, intents of the batch)
    sums = member.T @ mine  # (intents, C)
    others = nn.functional.normalize(sums[place] - mine, dim=-1)  # (B, C)
    own = (mine * others).sum(-1, keepdim=True)  # (B, 1)
    cosines = mine @ nn.functional.normalize(sums, dim=-1).T  # (B, intents)
    cosines = torch.where(member > 0, own, cosines)
    paired = member.sum(0)[place] > 1
    if not paired.any():
        return mine.sum() * 0
    return nn.functional.cross_entropy(PROTOTYPE_SCALE * cosines[paired], place[paired])


def build(
    recipe: Recipe, examples: Sequence[Examples], config: Config, weights: Weights, rate: float
) -> Run:
    """Return a fresh run of an encoder with such weights, its embeddings frozen."""
    student = ENCODERS[config.architecture](config)
    fill(student, {n: weights[n] for n in student.state_dict()}, "the start")
    student.embeddings.requires_grad_(False)
    torch.manual_seed(recipe.seed)
    heads = {
        f"head{i}": Directions(e.classes, config.hidden, recipe.scale)
        for i, e in enumerate(examples)
        if e.directed
    }
    parts: dict[str, nn.Module] = {"encoder": student, **heads}
    for part in parts.values():
        part.to(device())
    trained = [p for p in student.parameters() if p.requires_grad]
    directions = [p for head in heads.values() for p in head.parameters()]
    groups = [(trained, rate), (directions, recipe.head_learning_rate)]
    return Run(parts, adamw(groups, recipe.weight_decay))


def blended(trained: Weights, before: Weights, share: float) -> Weights:
    """Mix ``share`` of the trained weights with the rest of those before (arXiv 2109.01903)."""
    return {n: torch.lerp(before[n], v, share) for n, v in trained.items()}


def train(recipe: Path, out: Path, data: Path | None = None, tell: Tell = print) -> Path:
    """Fine-tune as the recipe says and write a float folder, going on from a stopped run in it."""
    chosen = read_recipe(recipe)
    root = data_folder(data)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = read_tokenizer(expand.minilm_folder())
    aside = dev_and_test(root, [s.file for s in chosen.sources])
    examples = [read_examples(s, chosen, root, tokenizer, aside) for s in chosen.sources]
    for one in examples:
        tell(f"{one.name}: {len(one.rows)} texts, {one.classes} intents")
    small, start = expand.minilm()
    teacher = ENCODERS["distilbert"](small)
    fill(teacher, {n: start[n] for n in teacher.state_dict()}, "MiniLM")
    stages = Stages(chosen, examples, teacher.to(device()).eval(), tell)
    widen = expand.EXPANSIONS[chosen.architecture]
    config, before = widen(small, start, chosen.seed)
    narrow = None
    if chosen.narrow_epochs:
        narrow = build(chosen, examples, small, start, chosen.narrow_learning_rate)
        stages.run(narrow, chosen.narrow_epochs, out / "narrow")
        start = start | narrow.parts["encoder"].cpu().state_dict()
    run = build(chosen, examples, config, widen(small, start, chosen.seed)[1], chosen.learning_rate)
    if narrow is not None:
        _take_over(run, narrow)
    stages.run(run, chosen.epochs, out)
    encoder = run.parts["encoder"].cpu()
    found = encoder.state_dict()
    encoder.load_state_dict(blended(found, {n: before[n] for n in found}, chosen.blend))
    save(encoder, config, tokenizer, out, recipe=chosen.name)
    return out


@dataclass(frozen=True)
class Stages:
    """What training at MiniLM's width and at the full width have in common."""

    recipe: Recipe
    examples: Sequence[Examples]
    teacher: nn.Module
    tell: Tell

    def run(self, run: Run, epochs: int, out: Path) -> None:
        """Train for so many epochs, keeping the state in ``out``."""
        out.mkdir(parents=True, exist_ok=True)

        def of(step: Step) -> dict[str, Tensor]:
            return losses(run, self.teacher, make_batch(self.examples, step), self.recipe)

        how = Pace(self.recipe.name, self.recipe.seed, self.recipe.warmup)
        steps = steps_of(self.examples, self.recipe, epochs)
        loop.train(run, steps, of, how, out, self.tell)


def _take_over(run: Run, earlier: Run) -> None:
    """Go on with the directions of a narrower run, doubled as the vectors are."""
    for name, part in run.parts.items():
        if isinstance(part, Directions):
            found = earlier.parts[name].get_parameter("weight").detach().to(part.weight.device)
            copies = part.weight.shape[1] // found.shape[1]
            part.weight.data.copy_(found.repeat(1, copies))
