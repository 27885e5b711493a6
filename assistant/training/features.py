"""Sentiment and entities from one encoder in one pass, learnt from sets that each know a part.

A set that names only some entity types, or two of three sentiments, says nothing of the others:
what it does not know is left out of the softmax, and spans of types that are none of ours are not
looked at. B is the batch, T tokens, C the width, L tags.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant.engine.checkpoint import Config, read_config, words_of
from assistant.errors import CheckpointError
from assistant.labelled import labels
from assistant.labelled.rows import Row
from assistant.training import expand, loop
from assistant.training.checkpoint import fill, load_encoder, read_tokenizer, save
from assistant.training.heads import ENCODERS
from assistant.training.loop import Pace, Run, Step, Tell, adamw, device, half, plan
from assistant.training.overlap import dev_and_test, without
from assistant.training.probe import pad, tokenize
from assistant.training.recipe import (
    Recipe,
    Source,
    data_folder,
    kind_of,
    read_recipe,
    read_source,
)
from assistant.training.restore import opened

IGNORED = -100
"""The tag of what nothing is learnt from: marks, later word pieces, and types that are not ours."""

NEVER = float("-inf")


class Features(nn.Module):
    """An encoder with a head for sentiment, on the mean of its vectors, and one for tags."""

    def __init__(self, encoder: nn.Module, width: int, tags: Sequence[str]) -> None:
        super().__init__()
        self.encoder = encoder
        self.tags = tuple(tags)
        self.dropout = nn.Dropout(0.1)
        self.sentiment = nn.Linear(width, len(labels.SENTIMENTS))
        self.entities = nn.Linear(width, len(self.tags))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits of sentiment (B, 3) and tags (B, T, L), and the vectors (B, T, C)."""
        with half(ids.device):
            vectors = self.encoder(ids, mask)  # (B, T, C)
        vectors = vectors.float()
        weight = mask.unsqueeze(-1).float()  # (B, T, 1)
        mean = (vectors * weight).sum(1) / weight.sum(1)  # (B, C)
        return self.sentiment(self.dropout(mean)), self.entities(self.dropout(vectors)), vectors


@dataclass(frozen=True)
class Examples:
    """One source: token ids, what each row says, and which labels the source knows.

    ``answers`` are numbers of sentiments, or tags of every token; None for plain text.
    """

    name: str
    kind: str
    rows: list[list[int]]
    answers: list[int] | list[list[int]] | None
    known: tuple[bool, ...]


@dataclass(frozen=True)
class Batch:
    """Texts of one source: ids, mask (B, T); answers (B,) or (B, T); labels known (3,) or (L,)."""

    kind: str
    ids: Tensor
    mask: Tensor
    answers: Tensor | None
    known: Tensor


def tags_of(types: Sequence[str]) -> tuple[str, ...]:
    """Return the BIO tags of entity types, "O" first."""
    return ("O", *(f"{mark}-{kind}" for kind in types for mark in "BI"))


def read_examples(
    source: Source,
    recipe: Recipe,
    data: Path,
    tokenizer: Tokenizer,
    tags: Sequence[str],
    kept_aside: set[str] | None = None,
) -> Examples:
    """Read and tokenize one source. Raises AssistantError naming the file of labels unknown.

    Rows whose text is kept aside for measuring are left out.
    """
    rows = without(read_source(source, recipe, data), kept_aside or set())
    if not rows:
        raise CheckpointError(f"Every row of {data / source.file} is kept for measuring: drop it.")
    kind = kind_of(source, recipe.task)
    where = str(data / source.file)
    if kind == "sentiment":
        return _sentiments(source, recipe, rows, tokenizer, where)
    if kind == "entities":
        return _entities(source, recipe, rows, tokenizer, tags, where)
    ids = tokenize(tokenizer, [row.text for row in rows], recipe.longest)
    return Examples(source.name, "text", ids, None, ())


def _sentiments(
    source: Source, recipe: Recipe, rows: Sequence[Row], tokenizer: Tokenizer, where: str
) -> Examples:
    kept, answers = [], []
    for row in rows:
        name = source.labels.get(row.label) or labels.sentiment(row.label)
        if name not in labels.SENTIMENTS:
            raise CheckpointError(
                f"{where}:{row.line} has the sentiment “{row.label}”: say in the recipe which of "
                f"{', '.join(labels.SENTIMENTS)} it is, or drop it."
            )
        kept.append(row.text)
        answers.append(labels.SENTIMENTS.index(name))
    known = tuple(i in set(answers) for i in range(len(labels.SENTIMENTS)))
    if sum(known) < 2:
        raise CheckpointError(f"{where} has one sentiment only: give at least two.")
    return Examples(
        source.name, "sentiment", tokenize(tokenizer, kept, recipe.longest), answers, known
    )


def _entities(
    source: Source,
    recipe: Recipe,
    rows: Sequence[Row],
    tokenizer: Tokenizer,
    tags: Sequence[str],
    where: str,
) -> Examples:
    numbers = {tag: i for i, tag in enumerate(tags)}
    ids: list[list[int]] = []
    answers: list[list[int]] = []
    for row in rows:
        named = [_tag(tag, source) for tag in row.tags]
        tokens = tokenizer.encode(list(row.tokens), is_pretokenized=True)
        cut = min(len(tokens.ids), recipe.longest)
        seen: set[int] = set()
        mine = []
        for word in tokens.word_ids[:cut]:
            first = word is not None and word not in seen
            mine.append(numbers.get(named[word or 0], IGNORED) if first else IGNORED)
            seen |= set() if word is None else {word}
        ids.append([*tokens.ids[: cut - 1], tokens.ids[-1]])
        answers.append([*mine[: cut - 1], IGNORED])
    found = {tag for each in answers for tag in each if tag != IGNORED}
    kinds = {tags[i][2:] for i in found if tags[i] != "O"}
    if not kinds:
        raise CheckpointError(
            f"{where} names no type we learn ({', '.join(sorted({t[2:] for t in tags} - {''}))}): "
            "say in the recipe under labels which its own are."
        )
    known = tuple(tag == "O" or tag[2:] in kinds for tag in tags)
    return Examples(source.name, "entities", ids, answers, known)


def _tag(tag: str, source: Source) -> str:
    """Return our tag of a source's; the empty one where its type is none of ours."""
    if tag == "O":
        return tag
    name = source.labels.get(tag[2:]) or labels.entity(tag[2:])
    return f"{tag[:2]}{name}" if name else ""


def make_batch(examples: Sequence[Examples], step: Step) -> Batch:
    """Pad the rows that a step names."""
    one, where = examples[step.source], device()
    ids, mask = pad([one.rows[i] for i in step.rows])
    answers = None
    if one.kind == "sentiment" and one.answers is not None:
        answers = torch.tensor([one.answers[i] for i in step.rows])
    elif one.answers is not None:
        answers = torch.full(ids.shape, IGNORED)
        for at, i in enumerate(step.rows):
            tags = one.answers[i]
            assert isinstance(tags, list)
            answers[at, : len(tags)] = torch.tensor(tags)
    known = torch.tensor(one.known, device=where)
    moved = None if answers is None else answers.to(where)
    return Batch(one.kind, ids.to(where), mask.to(where), moved, known)


def losses(model: nn.Module, batch: Batch, smoothing: float) -> dict[str, Tensor]:
    """Return the cross entropy of what the batch's source knows."""
    sentiment, tags, _ = model(batch.ids, batch.mask)
    return supervised(sentiment, tags, batch, smoothing)


def supervised(
    sentiment: Tensor, tags: Tensor, batch: Batch, smoothing: float
) -> dict[str, Tensor]:
    """Return the cross entropy of logits (B, 3) or (B, T, L) against the batch's answers."""
    if batch.answers is None:
        return {}
    logits = sentiment if batch.kind == "sentiment" else tags.flatten(0, 1)
    answers = batch.answers.flatten()
    kept = answers != IGNORED
    logits = logits[kept][:, batch.known]
    place = torch.cumsum(batch.known, 0) - 1  # numbers among the labels the source knows
    answers = place[answers[kept]]
    return {batch.kind: nn.functional.cross_entropy(logits, answers, label_smoothing=smoothing)}


def start(recipe: Recipe, tags: Sequence[str]) -> tuple[Features, Config, Tokenizer]:
    """Return a model on the expanded MiniLM, or on the folder the recipe starts from.

    A head of that folder with the same labels is gone on with; others start afresh.
    """
    torch.manual_seed(recipe.seed)
    if recipe.start:
        folder = Path(recipe.start)
        config = Config.from_json(read_config(folder))
        encoder: nn.Module = opened(folder)
        tokenizer = read_tokenizer(words_of(folder))
    else:
        small, weights = expand.minilm()
        config, wide = expand.EXPANSIONS[recipe.architecture](small, weights, recipe.seed)
        encoder = ENCODERS[recipe.architecture](config)
        fill(encoder, wide, "the expansion")
        tokenizer = read_tokenizer(expand.minilm_folder())
    encoder.get_submodule("embeddings").requires_grad_(False)
    model = Features(encoder, config.hidden, tags)
    if recipe.start:
        _take_heads(model, Path(recipe.start))
    return model, config, tokenizer


def _take_heads(model: Features, folder: Path) -> None:
    """Fill the heads that a folder has with the same labels."""
    told = read_config(folder).get("heads") or {}
    for name, (head, names, _) in _heads(model).items():
        if told.get(name, {}).get("labels") == list(names):
            fill(head, _read_head(folder / f"head-{name}.safetensors"), str(folder))


def _heads(model: Features) -> dict[str, tuple[nn.Linear, Sequence[str], str]]:
    """Return each head with its labels and what it looks at."""
    return {
        "sentiment": (model.sentiment, labels.SENTIMENTS, "mean"),
        "entities": (model.entities, model.tags, "tokens"),
    }


def optimizer_of(model: Features, recipe: Recipe) -> torch.optim.AdamW:
    """Return AdamW over what is trained of the encoder, and the heads at their own rate."""
    inside = [p for p in model.encoder.parameters() if p.requires_grad]
    heads = [*model.sentiment.parameters(), *model.entities.parameters()]
    groups = [(inside, recipe.learning_rate), (heads, recipe.head_learning_rate)]
    return adamw(groups, recipe.weight_decay)


def read_all(
    recipe: Recipe, data: Path, tokenizer: Tokenizer, tags: Sequence[str], tell: Tell
) -> list[Examples]:
    """Read every source of a recipe, as often as it says."""
    aside = dev_and_test(data, [source.file for source in recipe.sources])
    found = []
    for source in recipe.sources:
        one = read_examples(source, recipe, data, tokenizer, tags, aside)
        tell(f"{one.name}: {len(one.rows)} texts, {one.kind}")
        found += [one] * source.times
    return found


def steps_of(recipe: Recipe, examples: Sequence[Examples]) -> list[Step]:
    """Return every step of a run."""
    lengths = [[len(row) for row in one.rows] for one in examples]
    return plan(lengths, recipe.batch, recipe.epochs, recipe.seed)


def train(recipe: Path, out: Path, data: Path | None = None, tell: Tell = print) -> Path:
    """Train as the recipe says and write a float folder, going on from a stopped run in it."""
    chosen, root = read_recipe(recipe), data_folder(data)
    out.mkdir(parents=True, exist_ok=True)
    model, config, tokenizer = start(chosen, tags_of(chosen.types or labels.ENTITY_TYPES))
    examples = read_all(chosen, root, tokenizer, model.tags, tell)
    model.to(device())
    run = Run({"model": model}, optimizer_of(model, chosen))

    def of(step: Step) -> dict[str, Tensor]:
        return losses(model, make_batch(examples, step), chosen.label_smoothing)

    how = Pace(chosen.name, chosen.seed, chosen.warmup)
    loop.train(run, steps_of(chosen, examples), of, how, out, tell)
    write(model.cpu(), config, tokenizer, out, chosen.name, {one.kind for one in examples})
    return out


def write(
    model: Features,
    config: Config,
    tokenizer: Tokenizer,
    out: Path,
    recipe: str,
    learnt: Collection[str] = ("sentiment", "entities"),
) -> None:
    """Write a float folder: the encoder in the published style, and each learnt head beside it."""
    out.mkdir(parents=True, exist_ok=True)
    told = {}
    for name, (head, names, pooling) in _heads(model).items():
        if name in learnt:
            arrays = {"weight": head.weight.detach().contiguous(), "bias": head.bias.detach()}
            save_file(arrays, out / f"head-{name}.safetensors")
            told[name] = {"labels": list(names), "pooling": pooling}
    save(model.encoder, config, tokenizer, out, recipe=recipe, heads=told)


def load(folder: Path) -> tuple[Features, Config, Tokenizer]:
    """Read a float folder that ``write`` wrote; a head it lacks starts afresh.

    Raises CheckpointError when it has none.
    """
    data = read_config(folder)
    told = data.get("heads")
    if not isinstance(told, dict) or not told:
        raise CheckpointError(f"{folder} has no heads: train it with a recipe.")
    config = Config.from_json(data)
    tags = told.get("entities", {}).get("labels") or tags_of(labels.ENTITY_TYPES)
    model = Features(load_encoder(folder), config.hidden, tags)
    for name, head in (("sentiment", model.sentiment), ("entities", model.entities)):
        if name in told:
            fill(head, _read_head(folder / f"head-{name}.safetensors"), str(folder))
    return model.eval(), config, read_tokenizer(folder)


def _read_head(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"The head {path} can't be read ({error}): train again.") from error
