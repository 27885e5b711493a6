"""Prune an encoder to a share of its blocks, distilled from what it was.

The teacher is the encoder before, in floats; the student starts as its copy and is held to the
output of every layer, to the vectors of texts, to their similarities, and to what heads make of
them: the encoder's own, or for one without heads directions to the mean of each intent. An encoder
that grew by duplication is folded first (``fold``), pruned at half its width, where a step costs a
quarter, and laid out again. B is the batch, T tokens, C the width.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant.engine.blocks import SHAPES
from assistant.engine.checkpoint import Head, heads_of, read_config, read_heads, words_of
from assistant.errors import CheckpointError
from assistant.training import loop
from assistant.training.blocks import EVERY, LEAST, Blocks, target
from assistant.training.checkpoint import Encoder, fill, products, read_tokenizer, save
from assistant.training.distill import softened
from assistant.training.finetune import Batch, Examples, make_batch, read_examples, steps_of
from assistant.training.fold import fold, is_doubled, lay_out
from assistant.training.heads import ENCODERS
from assistant.training.loop import Pace, Run, Step, Tell, adamw, device, half
from assistant.training.overlap import dev_and_test, without
from assistant.training.parts import Dropouts, mean_pool
from assistant.training.probe import alike, tokenize
from assistant.training.quantize import LAYERS
from assistant.training.recipe import (
    Recipe,
    Source,
    data_folder,
    kind_of,
    read_recipe,
    read_source,
)
from assistant.training.restore import opened

Reading = tuple[str, nn.Linear]
"""What a head reads, "mean" or "tokens", and the head."""

STILL = Dropouts(0.0, 0.0, 0.0, 0.0)
"""The student is held to exact vectors, so nothing is dropped."""

SAME = 0.999
"""Cosine of texts' vectors from which a folded encoder is its own dense one."""

PROBES = 6
"""Batches by which it is found what each product is worth."""


@dataclass(frozen=True)
class Seen:
    """What an encoder made of a batch: every layer's output, and the mean of the last."""

    layers: list[Tensor]  # each (B, T, C)
    pooled: Tensor  # (B, C), length 1


class Watched:
    """An encoder whose layers' outputs are kept from call to call.

    Of a ``doubled`` one the mean of both copies is: what a folded one computes.
    """

    def __init__(self, encoder: Encoder, *, doubled: bool = False) -> None:
        self.encoder, self._doubled = encoder, doubled
        config = encoder.config
        self._turned = config.architecture == "squeezebert"  # its layers pass (B, C, T) on
        self._outputs: list[Tensor] = []
        prefix, _ = LAYERS[config.architecture]
        for i in range(config.layers):
            layer = encoder.get_submodule(f"{prefix}{i}")
            layer.register_forward_hook(lambda _, __, out: self._outputs.append(out))

    def __call__(self, ids: Tensor, mask: Tensor) -> Seen:
        """Encode ids (B, T) in bfloat16 where that is safe."""
        self._outputs.clear()
        with half(ids.device):
            self.encoder(ids, mask)
        layers = [self._plain(out.float()) for out in self._outputs]
        self._outputs.clear()
        return Seen(layers, mean_pool(layers[-1], mask))

    def _plain(self, out: Tensor) -> Tensor:
        vectors = out.transpose(1, 2) if self._turned else out  # (B, T, C)
        return torch.stack(vectors.chunk(2, dim=-1)).mean(0) if self._doubled else vectors


def distances(mine: Seen, theirs: Seen, mask: Tensor, recipe: Recipe) -> dict[str, Tensor]:
    """Return how far the student is: of layers, of texts' vectors, and of their similarities."""
    parts = []
    for a, b in zip(mine.layers, theirs.layers, strict=True):
        lost = (a - b).square().sum(-1) / b.square().sum(-1)  # (B, T)
        parts.append(lost[mask].mean())
    alike = (mine.pooled @ mine.pooled.T - theirs.pooled @ theirs.pooled.T).square().mean()
    return {
        "layers": recipe.hidden * torch.stack(parts).mean(),
        "last": recipe.hidden * parts[-1],
        "vectors": recipe.keep * (1 - (mine.pooled * theirs.pooled).sum(-1)).mean(),
        "similar": recipe.alike * alike,
    }


def of_heads(
    mine: Seen, theirs: Seen, mask: Tensor, heads: Mapping[str, Reading], recipe: Recipe
) -> dict[str, Tensor]:
    """Return the divergence of what each head makes of both."""
    parts = {}
    for name, (pooling, linear) in heads.items():
        logits, wanted = (linear(_read(seen, mask, pooling)) for seen in (mine, theirs))
        parts[name] = recipe.soft * softened(logits, wanted, recipe.temperature)
    return parts


def opened_head(head: Head) -> Reading:
    """Return a head to compute with, which learns nothing."""
    linear = nn.Linear(*reversed(head.weight.shape))
    weights = {"weight": torch.tensor(head.weight), "bias": torch.tensor(head.bias)}
    linear.load_state_dict(weights)
    return head.pooling, linear.to(device()).requires_grad_(False)


def halved(head: Head) -> Head:
    """Return a head for vectors of half the width, of which it read two copies."""
    one, other = np.split(head.weight, 2, axis=1)
    return replace(head, weight=one + other)


def _read(seen: Seen, mask: Tensor, pooling: str) -> Tensor:
    """Return what a head reads: each token (n, C), or the mean of a text's (B, C)."""
    if pooling == "tokens":
        return seen.layers[-1][mask]
    weight = mask.unsqueeze(-1).float()
    return (seen.layers[-1] * weight).sum(1) / weight.sum(1)


def directions(teacher: Watched, examples: Sequence[Examples], batch: int) -> dict[int, Tensor]:
    """Return the mean unit vector of each intent of each labelled source, (classes, C)."""
    found: dict[int, Tensor] = {}
    for number, one in enumerate(examples):
        if one.labels is None:
            continue
        sums = torch.zeros(())
        for rows in alike([len(row) for row in one.rows], batch):
            mine = make_batch(examples, Step(number, rows))
            with torch.no_grad():
                vectors = teacher(mine.ids, mine.mask).pooled
            assert mine.labels is not None
            member = nn.functional.one_hot(mine.labels, one.classes).float()  # (B, classes)
            sums = sums.to(device()) + member.T @ vectors
        found[number] = nn.functional.normalize(sums, dim=-1)
    return found


class Pruning:
    """A run that lets blocks go while it learns."""

    def __init__(
        self, recipe: Recipe, start: Encoder, teacher: Watched, heads: Mapping[str, Head]
    ) -> None:
        self.recipe, self.teacher = recipe, teacher
        self.heads = {name: opened_head(head) for name, head in heads.items()}
        config = start.config
        encoder = ENCODERS[config.architecture](config, STILL)
        fill(encoder, start.state_dict(), "the start")
        self.blocks = Blocks(products(encoder), recipe.block, recipe.share)
        encoder.embeddings.requires_grad_(False)
        self.student = Watched(encoder.to(device()))
        trained = [p for p in encoder.parameters() if p.requires_grad]
        optimizer = adamw([(trained, recipe.learning_rate)], recipe.weight_decay)
        self.run = Run({"encoder": encoder, "blocks": self.blocks.to(device())}, optimizer)

    def losses(self, batch: Batch, towards: Tensor | None) -> dict[str, Tensor]:
        """Return the parts of a step's loss; ``towards`` are the intents' directions, if any."""
        with torch.no_grad():
            theirs = self.teacher(batch.ids, batch.mask)
        mine = self.student(batch.ids, batch.mask)
        parts = distances(mine, theirs, batch.mask, self.recipe)
        if towards is not None and self.recipe.soft:
            logits, wanted = (self.recipe.scale * s.pooled @ towards.T for s in (mine, theirs))
            parts["intents"] = self.recipe.soft * softened(logits, wanted, 1.0)
        return parts | of_heads(mine, theirs, batch.mask, self.heads, self.recipe)

    def plan(self, batches: Sequence[Batch]) -> None:
        """Look at some batches: how large every input is, and what each product is worth."""
        for batch in batches:
            self.student.encoder.train()
            self.student(batch.ids, batch.mask)
        self.student.encoder.eval()

        @torch.no_grad()
        def cost() -> float:
            lost = [self.losses(batch, None) for batch in batches]
            return sum(float(sum(parts.values())) for parts in lost) / len(lost)

        self.blocks.plan(cost)

    def let_go(self, done: float) -> None:
        """Let blocks go until so much of the pruning is done."""
        self.blocks.let_go(done)
        self.blocks.apply_to_weights()


def _examples(
    source: Source, recipe: Recipe, data: Path, tokenizer: Tokenizer, aside: set[str]
) -> Examples:
    """Read one source: with its intents, or of any other kind the texts alone."""
    if kind_of(source, recipe.task) == "intents":
        return read_examples(source, recipe, data, tokenizer, aside)
    rows = without(read_source(source, recipe, data), aside)
    ids = tokenize(tokenizer, [row.text for row in rows], recipe.longest)
    return Examples(source.name, ids, None, 0)


def read(recipe: Recipe, start: Path, data: Path | None) -> list[Examples]:
    """Return the sources' texts as the checkpoint ``start`` reads them. Raises AssistantError."""
    root, tokenizer = data_folder(data), read_tokenizer(words_of(start))
    aside = dev_and_test(root, [s.file for s in recipe.sources])
    return [_examples(s, recipe, root, tokenizer, aside) for s in recipe.sources]


def train(path: Path, out: Path, data: Path | None, tell: Tell, *, start: Path) -> Path:
    """Prune the checkpoint ``start`` as a recipe says and write a float folder with its heads.

    Goes on from a stopped run in ``out``. Raises CheckpointError.
    """
    recipe = read_recipe(path)
    if recipe.block not in SHAPES or not 0 < recipe.share <= 1 - LEAST:
        raise CheckpointError(
            f"{recipe.name}: block is {recipe.block} and share {recipe.share}: give a block of "
            f"{' or '.join(map(str, SHAPES))} outputs, and a share above 0, {1 - LEAST} at most."
        )
    out.mkdir(parents=True, exist_ok=True)
    dense = opened(start)
    told = heads_of(start, read_config(start))
    heads = read_heads(start, dense.config.hidden)
    examples = read(recipe, start, data)
    steps = steps_of(examples, recipe, recipe.epochs)[: recipe.steps or None]
    probes = [make_batch(examples, step) for step in steps[:PROBES]]
    narrow = folded(dense)
    teacher = _teacher(dense, narrow, probes)
    if narrow is not None:
        tell("Its outputs come twice: folded to half the width.")
        heads = {name: halved(head) for name, head in heads.items()}
    pruning = Pruning(recipe, narrow or dense, teacher, heads)
    towards = {} if heads else directions(teacher, examples, recipe.batch)
    if not (out / loop.RESUME).exists():
        pruning.plan(probes)

    def of(step: Step) -> dict[str, Tensor]:
        if pruning.run.step % EVERY == 0:
            pruning.blocks.let_go(target(pruning.run.step, len(steps), recipe.ramp))
        pruning.blocks.apply_to_weights()
        return pruning.losses(make_batch(examples, step), towards.get(step.source))

    how = Pace(recipe.name, recipe.seed, recipe.warmup)
    loop.train(pruning.run, steps, of, how, out, tell)
    pruning.let_go(1.0)
    for name, share in pruning.blocks.shares().items():
        tell(f"{name}: {share:.0%} of its blocks are zero")
    student = pruning.student.encoder.cpu()
    if narrow is not None:
        laid_out = lay_out(dense.config, student.state_dict(), dense.cpu().state_dict())
        student = ENCODERS[dense.config.architecture](dense.config)
        fill(student, laid_out, "the pruned encoder")
    for name in told:
        shutil.copy(start / f"head-{name}.safetensors", out)
    save(
        student, dense.config, read_tokenizer(words_of(start)), out, recipe=recipe.name, heads=told
    )
    return out


def folded(dense: Encoder) -> Encoder | None:
    """Return an encoder at half its width, None where its outputs do not come twice."""
    if not is_doubled(dense.config, dense.state_dict()):
        return None
    config, weights = fold(dense.config, dense.state_dict())
    narrow = ENCODERS[config.architecture](config)
    fill(narrow, weights, "the folded encoder")
    return narrow


def _teacher(dense: Encoder, narrow: Encoder | None, probes: Sequence[Batch]) -> Watched:
    """Return the dense encoder, or the folded one where that gives the same and costs a quarter."""
    whole = Watched(dense.to(device()).eval().requires_grad_(False), doubled=narrow is not None)
    if narrow is None:
        return whole
    half_ = Watched(narrow.to(device()).eval().requires_grad_(False))
    with torch.no_grad():
        cosines = [
            (whole(each.ids, each.mask).pooled * half_(each.ids, each.mask).pooled).sum(-1).mean()
            for each in probes
        ]
    return half_ if min(map(float, cosines)) > SAME else whole
