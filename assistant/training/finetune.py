"""Fine-tune an expanded encoder on published intents, through the vector the product uses.

Every source of intents has a head of its own: class directions compared by cosine with the
mean-pooled vector, so that what is learnt lies in the vectors and not in the head. A second term
keeps the similarities inside a batch near MiniLM's, and the result is blended with the weights
before it, so that intents never seen stay apart. Embeddings are frozen and so stay duplicated.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant.engine.checkpoint import Config
from assistant.errors import CheckpointError
from assistant.training import expand, loop
from assistant.training.checkpoint import Encoder, Weights, fill, read_tokenizer, save
from assistant.training.heads import ENCODERS
from assistant.training.loop import Pace, Run, Step, Tell, adamw, device, half, plan
from assistant.training.parts import mean_pool
from assistant.training.probe import pad, tokenize
from assistant.training.recipe import Recipe, Source, data_folder, read_recipe, read_source


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


def read_examples(source: Source, recipe: Recipe, data: Path, tokenizer: Tokenizer) -> Examples:
    """Read and tokenize one source, cut to its number of rows by the recipe's seed."""
    rows = read_source(source, recipe, data)
    names = sorted({row.label for row in rows if row.label})
    if len(names) == 1:
        raise CheckpointError(f"{data / source.file} has the one intent {names[0]}: give two.")
    numbers = {name: i for i, name in enumerate(names)}
    labels = [numbers[row.label] for row in rows if row.label]
    ids = tokenize(tokenizer, [row.text for row in rows], recipe.longest)
    return Examples(source.name, ids, labels or None, len(names))


def make_batch(examples: list[Examples], step: Step) -> Batch:
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
    """Return the intent loss (none for plain text) and the distance from the teacher's cosines."""
    mine = vectors(run.parts["encoder"], batch)  # (B, C)
    with torch.no_grad():
        theirs = vectors(teacher, batch)  # (B, C of the teacher)
    kept = (mine @ mine.T - theirs @ theirs.T).square().mean()  # of (B, B)
    parts = {"kept": recipe.keep * kept}
    if batch.labels is not None:
        logits = run.parts[f"head{batch.source}"](mine)  # (B, classes)
        parts["intents"] = nn.functional.cross_entropy(
            logits, batch.labels, label_smoothing=recipe.label_smoothing
        )
    return parts


def build(recipe: Recipe, examples: list[Examples]) -> tuple[Run, Encoder, Config]:
    """Return a fresh run, the frozen teacher, and the student's config."""
    small, weights = expand.minilm()
    config, wide = expand.EXPANSIONS[recipe.architecture](small, weights, recipe.seed)
    student, teacher = ENCODERS[recipe.architecture](config), ENCODERS["distilbert"](small)
    fill(student, wide, "the expansion")
    fill(teacher, {n: weights[n] for n in teacher.state_dict()}, "MiniLM")
    student.embeddings.requires_grad_(False)
    torch.manual_seed(recipe.seed)
    heads = {
        f"head{i}": Directions(e.classes, config.hidden, recipe.scale)
        for i, e in enumerate(examples)
        if e.labels is not None
    }
    parts: dict[str, nn.Module] = {"encoder": student, **heads}
    for part in (teacher, *parts.values()):
        part.to(device())
    trained = [p for p in student.parameters() if p.requires_grad]
    directions = [p for head in heads.values() for p in head.parameters()]
    groups = [(trained, recipe.learning_rate), (directions, recipe.head_learning_rate)]
    return Run(parts, adamw(groups, recipe.weight_decay)), teacher.eval(), config


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
    encoder = run.parts["encoder"]
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    steps = plan(
        [[len(row) for row in one.rows] for one in examples],
        chosen.batch,
        chosen.epochs,
        chosen.seed,
    )

    def of(step: Step) -> dict[str, Tensor]:
        return losses(run, teacher, make_batch(examples, step), chosen)

    how = Pace(chosen.name, chosen.seed, chosen.warmup)
    loop.train(run, steps, of, how, out, tell)
    blend(encoder, before, chosen.blend)
    save(encoder.cpu(), config, tokenizer, out, recipe=chosen.name)
    return out
