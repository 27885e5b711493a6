"""Distil a teacher of sentiment and entities into a smaller student, such as SqueezeBERT.

Sanh et al. 2019 (arXiv 1910.01108): the student learns from the labels, from the teacher's softened
answers (Hinton et al. 2015), from the direction of the teacher's last hidden states, and from words
masked in plain text. Plain text has no labels: the teacher's answers stand for them.
B is the batch, T tokens, C the width, M masked tokens.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from assistant.errors import CheckpointError
from assistant.labelled import labels
from assistant.training import features, loop
from assistant.training.features import Batch, Features, tags_of
from assistant.training.heads import WordTransform
from assistant.training.loop import Pace, Run, Step, Tell, adamw, device
from assistant.training.recipe import Recipe, data_folder, read_recipe

MASKED = 0.15
"""Share of the words of plain text that the student has to guess."""

MASK = 103
"""The number of [MASK] in BERT's vocabulary."""


class WordGuess(nn.Module):
    """Guesses masked words, by the student's own frozen word vectors."""

    def __init__(self, student: Features, transform: WordTransform) -> None:
        super().__init__()
        self.transform = transform
        words = student.encoder.get_submodule("embeddings").get_submodule("word_embeddings")
        self.bias = nn.Parameter(torch.zeros(len(words.get_parameter("weight"))))

    def forward(self, vectors: Tensor, words: Tensor) -> Tensor:
        """Return logits (M, vocabulary) of vectors (M, C), given word vectors (vocabulary, C)."""
        return self.transform(vectors) @ words.T + self.bias  # type: ignore[no-any-return]


def mask_words(ids: Tensor, mask: Tensor, chance: torch.Generator) -> Tensor:
    """Return which tokens (B, T) are hidden: never the marks at both ends, never padding."""
    inner = mask.clone()
    inner[:, 0] = False
    last = mask.sum(1) - 1  # (B,)
    inner[torch.arange(len(ids)), last] = False
    draw = torch.rand(ids.shape, generator=chance).to(ids.device)
    return (draw < MASKED) & inner


def softened(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Return the divergence (a mean over rows) of logits (n, labels), times temperature squared."""
    mine = nn.functional.log_softmax(student / temperature, dim=-1)
    theirs = nn.functional.softmax(teacher / temperature, dim=-1)
    return nn.functional.kl_div(mine, theirs, reduction="batchmean") * temperature**2


def losses(
    student: Features, teacher: Features, guess: WordGuess, batch: Batch, recipe: Recipe, seed: int
) -> dict[str, Tensor]:
    """Return every part of the student's loss, weighted as the recipe says."""
    hidden = torch.zeros_like(batch.mask)
    if batch.kind == "text" and recipe.masked:
        hidden = mask_words(batch.ids, batch.mask, torch.Generator().manual_seed(seed))
    seen = batch.ids.masked_fill(hidden, MASK)
    sentiment, tags, vectors = student(seen, batch.mask)
    parts = features.supervised(sentiment, tags, batch, recipe.label_smoothing)
    if recipe.soft or recipe.hidden:
        with torch.no_grad():
            their_sentiment, their_tags, theirs = teacher(batch.ids, batch.mask)
        mine = softened(sentiment, their_sentiment, recipe.temperature)
        words = softened(tags[batch.mask], their_tags[batch.mask], recipe.temperature)
        parts["soft"] = recipe.soft * (mine + words)
        cosine = nn.functional.cosine_similarity(vectors[batch.mask], theirs[batch.mask], dim=-1)
        parts["hidden"] = recipe.hidden * (1 - cosine).mean()
    if hidden.any():
        words = student.encoder.get_parameter("embeddings.word_embeddings.weight")
        logits = guess(vectors[hidden], words)
        parts["masked"] = recipe.masked * nn.functional.cross_entropy(logits, batch.ids[hidden])
    return parts


def train(recipe: Path, out: Path, data: Path | None = None, tell: Tell = print) -> Path:
    """Distil as the recipe says and write a float folder, going on from a stopped run in it."""
    chosen, root = read_recipe(recipe), data_folder(data)
    tags = tags_of(chosen.types or labels.ENTITY_TYPES)
    teacher, _, _ = features.load(_teacher(chosen))
    if teacher.tags != tags:
        raise CheckpointError(
            f"{chosen.teacher} knows other tags ({', '.join(teacher.tags)}) than {recipe}: take "
            "another teacher, or say its types in the recipe."
        )
    out.mkdir(parents=True, exist_ok=True)
    student, config, tokenizer = features.start(chosen, tags)
    guess = WordGuess(student, WordTransform(config))
    examples = features.read_all(chosen, root, tokenizer, tags, tell)
    for part in (student, teacher, guess):
        part.to(device())
    teacher.requires_grad_(False)
    run = Run({"student": student, "guess": guess}, _optimizer(student, guess, chosen))

    def of(step: Step) -> dict[str, Tensor]:
        batch = features.make_batch(examples, step)
        return losses(student, teacher, guess, batch, chosen, chosen.seed + run.step)

    how = Pace(chosen.name, chosen.seed, chosen.warmup)
    loop.train(run, features.steps_of(chosen, examples), of, how, out, tell)
    features.write(student.cpu(), config, tokenizer, out, chosen.name)
    return out


def _teacher(recipe: Recipe) -> Path:
    if not recipe.teacher:
        raise CheckpointError(f"The recipe {recipe.name} names no teacher: give its folder.")
    return Path(recipe.teacher)


def _optimizer(student: Features, guess: WordGuess, recipe: Recipe) -> torch.optim.AdamW:
    inside = [p for p in student.encoder.parameters() if p.requires_grad]
    heads = [*student.sentiment.parameters(), *student.entities.parameters(), *guess.parameters()]
    return adamw(
        [(inside, recipe.learning_rate), (heads, recipe.head_learning_rate)], recipe.weight_decay
    )
