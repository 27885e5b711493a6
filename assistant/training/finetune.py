"""Fine-tune an expanded encoder on published intents, through the vector the product uses.

Every source of intents has a head of its own: class directions compared by cosine with the
mean-pooled vector, so that what is learnt lies in the vectors and not in the head. A second term
keeps the similarities inside a batch near MiniLM's, and the result is blended with the weights
before it, so that intents never seen stay apart. Embeddings are frozen and so stay duplicated.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from pickle import UnpicklingError
from time import monotonic

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant.engine.checkpoint import Config
from assistant.errors import CheckpointError
from assistant.training import expand
from assistant.training.checkpoint import Encoder, Weights, fill, read_tokenizer, save
from assistant.training.heads import ENCODERS
from assistant.training.parts import mean_pool
from assistant.training.probe import embed, pad, probe, tokenize
from assistant.training.recipe import Recipe, Source, data_folder, read_recipe, read_rows

TELL_EVERY = 20  # steps
SAVE_EVERY = 100  # steps, a multiple of the other
RESUME = "resume.pt"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Examples:
    """One source: the token ids of each text and the number of its intent (none for plain text)."""

    name: str
    rows: list[list[int]]
    labels: list[int] | None
    classes: int


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


@dataclass
class Run:
    """What changes while training, saved together so that a run can go on where it stopped."""

    encoder: Encoder
    heads: nn.ModuleList
    optimizer: torch.optim.AdamW
    step: int = 0

    def save(self, path: Path) -> None:
        """Write the state beside its place and move it there: a stop leaves no half file."""
        state = {
            "encoder": self.encoder.state_dict(),
            "heads": self.heads.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def load(self, path: Path) -> None:
        """Read a state back; CheckpointError if it is damaged or of another recipe."""
        try:
            state = torch.load(path, weights_only=True)
            self.encoder.load_state_dict(state["encoder"])
            self.heads.load_state_dict(state["heads"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = int(state["step"])
        except (UnpicklingError, RuntimeError, LookupError, ValueError, OSError, EOFError) as error:
            raise CheckpointError(
                f"Cannot go on from {path}: delete it to start afresh."
            ) from error


def read_examples(source: Source, recipe: Recipe, data: Path, tokenizer: Tokenizer) -> Examples:
    """Read and tokenize one source, cut to its number of rows by the recipe's seed."""
    rows = read_rows(data / source.file)
    random.Random(recipe.seed).shuffle(rows)
    rows = rows[: source.rows or None]
    names = sorted({intent for _, intent in rows if intent is not None})
    numbers = {name: i for i, name in enumerate(names)}
    labels = [numbers[intent] for _, intent in rows if intent is not None]
    ids = tokenize(tokenizer, [text for text, _ in rows], recipe.longest)
    return Examples(source.name, ids, labels or None, len(names))


def plan(examples: list[Examples], recipe: Recipe) -> list[tuple[int, list[int]]]:
    """Return every step's source and row numbers: similar lengths together, sources alternating."""
    steps = []
    for epoch in range(recipe.epochs):
        chance = random.Random(recipe.seed * 1000 + epoch)
        mine = [
            (source, rows)
            for source, one in enumerate(examples)
            for rows in buckets(one, recipe.batch, chance)
        ]
        chance.shuffle(mine)
        steps += mine
    return steps


def buckets(one: Examples, size: int, chance: random.Random) -> list[list[int]]:
    """Cut a source into batches of similar length, in other company every epoch."""
    lengths = [len(row) + 2 * chance.random() for row in one.rows]  # two tokens of noise
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    return [order[i : i + size] for i in range(0, len(order), size)]


def make_batch(examples: list[Examples], source: int, rows: list[int]) -> Batch:
    """Pad the named rows of one source."""
    one = examples[source]
    ids, mask = pad([one.rows[i] for i in rows])
    labels = None if one.labels is None else torch.tensor([one.labels[i] for i in rows])
    return Batch(source, ids, mask, labels)


def vectors(encoder: nn.Module, batch: Batch) -> Tensor:
    """Return the unit vectors (B, C) of a batch, computed in bfloat16 where that is safe."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = encoder(batch.ids, batch.mask)  # (B, T, C)
    return mean_pool(out.float(), batch.mask)


def loss(run: Run, teacher: nn.Module, batch: Batch, recipe: Recipe) -> tuple[Tensor, Tensor]:
    """Return the intent loss (0 for plain text) and the distance from the teacher's cosines."""
    mine = vectors(run.encoder, batch)  # (B, C)
    with torch.no_grad():
        theirs = vectors(teacher, batch)  # (B, C of the teacher)
    kept = (mine @ mine.T - theirs @ theirs.T).square().mean()  # of (B, B)
    if batch.labels is None:
        return torch.zeros(()), kept
    logits = run.heads[batch.source](mine)  # (B, classes)
    fit = nn.functional.cross_entropy(logits, batch.labels, label_smoothing=recipe.label_smoothing)
    return fit, kept


def pace(step: int, total: int, warmup: float) -> float:
    """Return the share of the full learning rate: up over the warm-up, then down to nothing."""
    up = max(1, round(total * warmup))
    return (step + 1) / up if step < up else (total - step) / max(1, total - up)


def build(recipe: Recipe, examples: list[Examples]) -> tuple[Run, Encoder, Config]:
    """Return a fresh run, the frozen teacher, and the student's config."""
    small, weights = expand.minilm()
    config, wide = expand.EXPANSIONS[recipe.architecture](small, weights, recipe.seed)
    student, teacher = ENCODERS[recipe.architecture](config), ENCODERS["distilbert"](small)
    fill(student, wide, "the expansion")
    fill(teacher, {n: weights[n] for n in teacher.state_dict()}, "MiniLM")
    student.embeddings.requires_grad_(False)
    torch.manual_seed(recipe.seed)
    heads = nn.ModuleList(Directions(e.classes, config.hidden, recipe.scale) for e in examples)
    trained = [p for p in student.parameters() if p.requires_grad]
    groups = [
        {"params": trained, "top": recipe.learning_rate},
        {"params": list(heads.parameters()), "top": recipe.head_learning_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay)
    return Run(student, heads, optimizer), teacher.eval(), config


def step(run: Run, teacher: nn.Module, batch: Batch, recipe: Recipe, total: int) -> list[float]:
    """Take one step; returns the intent loss and the distance from the teacher."""
    torch.manual_seed(recipe.seed + run.step)  # dropout as in an uninterrupted run
    for group in run.optimizer.param_groups:
        group["lr"] = group["top"] * pace(run.step, total, recipe.warmup)
    run.encoder.train()
    fit, kept = loss(run, teacher, batch, recipe)
    run.optimizer.zero_grad()
    (fit + recipe.keep * kept).backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(run.encoder.parameters(), 1.0)
    run.optimizer.step()
    run.step += 1
    return [fit.item(), kept.item()]


def walk(run: Run, teacher: nn.Module, examples: list[Examples], recipe: Recipe) -> Iterator[str]:
    """Take every step that is left; yields a line of progress now and then."""
    steps = plan(examples, recipe)
    began, first, recent = monotonic(), run.step, []
    for source, rows in steps[run.step :]:
        recent.append(step(run, teacher, make_batch(examples, source, rows), recipe, len(steps)))
        if run.step % TELL_EVERY == 0 or run.step == len(steps):
            pace_now = (monotonic() - began) / (run.step - first)
            yield progress(run.step, len(steps), recent, pace_now)
            recent = []


def progress(done: int, total: int, recent: list[list[float]], pace_now: float) -> str:
    """Say how far a run is, its recent losses, and the time left at ``pace_now`` seconds a step."""
    fits = [fit for fit, _ in recent if fit]
    kept = sum(k for _, k in recent) / len(recent)
    return (
        f"step {done}/{total}  intents {sum(fits) / max(1, len(fits)):.3f}  kept {kept:.4f}  "
        f"{pace_now:.2f} s/step  {pace_now * (total - done):.0f} s left"
    )


def blend(trained: nn.Module, before: Weights, share: float) -> None:
    """Mix ``share`` of the trained weights with the rest of those before (arXiv 2109.01903)."""
    now = trained.state_dict()
    trained.load_state_dict({n: torch.lerp(before[n], v, share) for n, v in now.items()})


def train(recipe: Path, out: Path, data: Path | None = None, tell: Tell = print) -> Path:
    """Fine-tune as the recipe says and write a float folder, going on from a stopped run in it."""
    chosen = read_recipe(recipe)
    root = data_folder(data)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = read_tokenizer(expand.minilm_folder())
    examples = [read_examples(s, chosen, root, tokenizer) for s in chosen.sources]
    for one in examples:
        tell(f"{one.name}: {len(one.rows)} texts, {one.classes} intents")
    run, teacher, config = build(chosen, examples)
    embedder = partial(embed, run.encoder, tokenizer)
    before = {name: value.clone() for name, value in run.encoder.state_dict().items()}
    if (out / RESUME).exists():
        run.load(out / RESUME)
        tell(f"Going on from step {run.step}.")
    else:
        tell(f"before: {probe(embedder, root, chosen.seed)}")
    for line in walk(run, teacher, examples, chosen):
        tell(line)
        if run.step % SAVE_EVERY == 0:
            run.save(out / RESUME)
    run.save(out / RESUME)
    blend(run.encoder, before, chosen.blend)
    tell(f"after: {probe(embedder, root, chosen.seed)}")
    save(run.encoder, config, tokenizer, out, recipe=chosen.name)
    return out
