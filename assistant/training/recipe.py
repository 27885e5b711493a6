"""Recipes: TOML files that say from what, on which data and how a checkpoint is trained."""

from __future__ import annotations

import os
import random
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from assistant.errors import CheckpointError
from assistant.labelled.rows import Kind, Row, read

T = TypeVar("T")


TASKS = ("intents", "sentiment", "entities", "features", "distill", "prune")


@dataclass(frozen=True)
class Source:
    """One file of sentences; one without labels only keeps the embedding where it was."""

    name: str
    file: str  # below the data folder; .jsonl, .jsonl.xz or .txt.xz
    licence: str = "not stated"
    rows: int = 0  # at most so many, drawn by the seed; 0 is all
    kind: str = ""  # intents, sentiment, entities or text; as the task and the file say if empty
    labels: dict[str, str] = field(default_factory=dict)  # theirs = "ours", before the tables
    drop: tuple[str, ...] = ()  # labels whose rows are left out
    times: int = 1  # how often an epoch goes through it


@dataclass(frozen=True)
class Recipe:
    """Everything a run depends on besides the data themselves."""

    name: str
    architecture: str  # distilbert or squeezebert: what MiniLM is expanded to
    seed: int
    epochs: int
    batch: int  # texts a step
    learning_rate: float  # of the encoder, at its highest
    head_learning_rate: float
    warmup: float  # share of all steps
    weight_decay: float
    longest: int  # tokens of a text
    sources: tuple[Source, ...]
    task: str = "intents"
    start: str = ""  # a float or int8 folder to start from; the expanded MiniLM if empty
    label_smoothing: float = 0.0
    scale: float = 20.0  # intents: cosine similarities are multiplied by it before the softmax
    keep: float = 0.0  # intents: weight of staying near MiniLM's vectors of plain text
    prototypes: float = 0.0  # intents: weight of being near the others of one's intent in a batch
    each: int = 1  # intents: rows of one intent that come together in a batch
    narrow_epochs: int = 0  # intents: epochs at MiniLM's own width, before the expansion
    narrow_learning_rate: float = 1e-4
    blend: float = 1.0  # share of the trained weights in the result, the rest the untrained ones
    types: tuple[str, ...] = ()  # entities: the types that are learnt; all of ours if empty
    teacher: str = ""  # distill: the float folder of the teacher
    temperature: float = 2.0  # distill: of the softened targets
    soft: float = 1.0  # distill: weight of the softened targets
    hidden: float = 1.0  # distill: weight of the cosine between last hidden states
    masked: float = 0.0  # distill: weight of guessing masked words in plain text
    block: int = 8  # prune: outputs of a block; its inputs are four
    share: float = 0.0  # prune: share of the blocks that are zero in the end
    ramp: float = 0.6  # prune: share of the steps after which none goes any more
    alike: float = 0.0  # prune: weight of the similarities of a batch's texts
    steps: int = 0  # prune: at most so many, 0 is all of the epochs


FORMS: dict[str, tuple[set[type], str]] = {
    "str": ({str}, "a text"),
    "int": ({int}, "a whole number"),
    "float": ({int, float}, "a number"),
    "bool": ({bool}, "true or false"),
    "tuple[str, ...]": ({tuple}, "a list of texts"),
    "dict[str, str]": ({dict}, "a table of texts"),
}
"""What a setting of each type may be, and in words."""

LONGEST = 512
"""Tokens that the encoders have positions for."""


def build(kind: type[T], data: dict[str, Any], path: Path) -> T:
    """Make a dataclass of ``data``; CheckpointError names what is missing or unknown."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(data.keys() - names):
        raise CheckpointError(f"{path} has unknown keys {', '.join(unknown)}: remove them.")
    for each in fields(kind):  # type: ignore[arg-type]
        if each.name not in data or str(each.type) not in FORMS:
            continue
        value, (forms, told) = data[each.name], FORMS[str(each.type)]
        inner = value.values() if type(value) is dict else value if type(value) is tuple else ()
        if type(value) not in forms or not all(isinstance(text, str) for text in inner):
            raise CheckpointError(f"{path}: {each.name} is {value!r}: give {told}.")
    try:
        return kind(**data)
    except TypeError as error:
        raise CheckpointError(f"{path} is incomplete ({error}): add what is missing.") from error


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; CheckpointError if it can't be read or asks for what can't be."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"Cannot read the recipe {path}: {error}.") from error
    entries = data.pop("sources", [])
    tables = isinstance(entries, list) and all(isinstance(each, dict) for each in entries)
    if not entries or not tables:
        raise CheckpointError(f"{path} names no files: give a table [[sources]] for each.")
    sources = tuple(build(Source, _tuples(entry), path) for entry in entries)
    recipe = build(Recipe, _tuples(data) | {"sources": sources}, path)
    if fault := _fault(recipe):
        raise CheckpointError(f"{path}: {fault}.")
    return recipe


def _fault(recipe: Recipe) -> str:
    """Return what of a recipe can't be, "" where nothing is."""
    if recipe.task not in TASKS:
        return f"task is {recipe.task}; there are {', '.join(TASKS)}"
    if odd := [each for each in recipe.sources if each.kind not in ("", *get_args(Kind))]:
        kinds = ", ".join(get_args(Kind))
        return f"the source {odd[0].name} is of the kind {odd[0].kind}; there are {kinds}"
    if recipe.epochs < 0 or recipe.narrow_epochs < 0 or recipe.epochs + recipe.narrow_epochs < 1:
        return f"epochs is {recipe.epochs}: give 1 or more"
    if recipe.batch < 1 or not 3 <= recipe.longest <= LONGEST:
        return (
            f"batch is {recipe.batch} and longest {recipe.longest}: give a batch of 1 or more, and "
            f"3 to {LONGEST} tokens"
        )
    return ""


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}


def data_folder(given: Path | None = None) -> Path:
    """Return where the training data lie: ``given``, else ``$ASSISTANT_SHARED/datasets``."""
    shared = os.environ.get("ASSISTANT_SHARED")
    folder = given or (Path(shared) / "datasets" if shared else None)
    if folder is None or not folder.is_dir():
        raise CheckpointError(
            f"No training data at {folder}: name their folder, or set ASSISTANT_SHARED."
        )
    return folder


def kind_of(source: Source, task: str) -> Kind:
    """Return what the rows of a source are."""
    if ".txt" in source.file:
        return "text"
    return cast("Kind", source.kind or ("intents" if task == "prune" else task))


def read_source(source: Source, recipe: Recipe, data: Path) -> list[Row]:
    """Return the rows of a source, cut to its number by the recipe's seed.

    Raises AssistantError naming file and line.
    """
    rows = read(data / source.file, kind_of(source, recipe.task))
    rows = [row for row in rows if row.label not in source.drop or not source.drop]
    random.Random(recipe.seed).shuffle(rows)
    return rows[: source.rows or None]


def read_rows(path: Path) -> list[tuple[str, str | None]]:
    """Return (text, intent) of every line; plain text files have no intents (None)."""
    if ".txt" in path.suffixes:
        return [(row.text, None) for row in read(path, "text")]
    return [(row.text, row.label) for row in read(path, "intents")]
