"""The words of a speech model: which follow on which, learnt from texts and written as a graph.

A model in two parts (see ``speech.models.narrowed``) gets a new ``Gr.fst``; its sounds, and the
words it knows by their sounds, stay as they are.
"""

from __future__ import annotations

import random
import shutil
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant import paths
from assistant.errors import CheckpointError
from assistant.labelled import sentences
from assistant.labelled.rows import read
from assistant.speech.models import fst
from assistant.speech.models.layout import FOLDERS, files_of, numbers
from assistant.training import ngrams
from assistant.training.ngrams import Floats, Ints, Model, Symbols
from assistant.training.recipe import build
from assistant.training.utterances import text_of

SKILLS = "skills"
"""The file of a text that is what can be said to the installed skills."""

WORDS, GRAPH = FOLDERS.graph_file("words.txt"), FOLDERS.graph_file("Gr.fst")
NO_WORDS = ("<", "[", "#", "!")
"""What the names of marks begin with."""

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Text:
    """A file of sentences. ``part`` is the model it is counted for; each has a weight of its own.

    ``ours`` is one of this project, found below its folder. One that is ``held`` is not counted:
    the weights are those with which all of such are likeliest.
    """

    name: str
    file: str  # below the data folder; .jsonl, .tsv or .txt, the first and last maybe .xz
    part: str = ""
    licence: str = "not stated"
    ours: bool = False
    held: bool = False
    rows: int = 0  # at most so many, drawn by the seed; 0 is all


@dataclass(frozen=True)
class Recipe:
    """Everything the graph depends on besides the data."""

    name: str
    seed: int
    pairs: float  # what two words must add to the mean logarithm of a word's chance, to be kept
    triples: float  # the same of three
    texts: tuple[Text, ...]


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; CheckpointError if it cannot be read, is incomplete or has unknown keys."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"Cannot read the recipe {path}: {error}.") from error
    texts = tuple(build(Text, entry, path) for entry in data.pop("texts", []))
    if not any(text.held for text in texts) or all(text.held for text in texts):
        raise CheckpointError(f"{path} needs texts to count, and one to hold: add held = true.")
    return build(Recipe, data | {"texts": texts}, path)


def make(
    recipe: Recipe, sounds: Path, data: Path, said: Iterable[str], into: Path, tell: Tell
) -> Path:
    """Write the model in ``sounds`` with words learnt anew into a folder; return the folder.

    ``said`` is what can be said to the skills. Raises AssistantError.
    """
    known, symbols = _known(sounds)
    texts = _texts(recipe, data, list(said), known, symbols)
    model, figures = learn(recipe, texts, symbols, tell)
    _share(sounds, into)
    fst.write(into / GRAPH, states(model))
    for name, figure in figures.items():
        tell(f"{name}: {figure:g}")
    return into


def learn(
    recipe: Recipe, texts: dict[str, Ints], symbols: Symbols, tell: Tell
) -> tuple[Model, dict[str, float]]:
    """Return the mixture of what each part teaches, pruned, and figures of it.

    ``texts`` has the row of each part by its name, and the held one by "".
    """
    held = texts.pop("")
    models = []
    for name, text in texts.items():
        models.append(ngrams.estimate(text, symbols))
        count = int((text <= symbols.largest).sum())
        tell(f"{name}: {count} words, perplexity {ngrams.perplexity(models[-1], held):.0f}")
    weights = ngrams.weigh(models, held)
    whole = ngrams.mix(models, weights)
    follows = ngrams.often(list(texts.values()), weights, symbols)
    pruned = ngrams.prune(whole, follows, (recipe.pairs, recipe.triples))
    figures = {f"weight of {name}": w for name, w in zip(texts, weights, strict=True)}
    figures["perplexity before pruning"] = ngrams.perplexity(whole, held)
    figures["perplexity"] = ngrams.perplexity(pruned, held)
    for length, level in enumerate(pruned.levels, 1):
        figures[f"sequences of {length}"] = len(level.keys)
    return pruned, figures


def states(model: Model) -> list[fst.State]:
    """Return the automaton of a model: a state for each beginning, the start of a sentence first.

    A way without a word leads to the state of one word less, at the cost of what is left there.
    """
    symbols = model.symbols
    places = _places(model)
    arcs: list[list[fst.Arc]] = [[] for _ in places]
    ends: list[float | None] = [None] * len(places)
    for length, level in enumerate(model.levels, 1):
        histories, words = level.keys // symbols.base, level.keys % symbols.base
        costs = -np.log(level.values)
        for key, history, word, cost in _rows(level.keys, histories, words, costs):
            at = places[length - 1, history]
            if word == symbols.end:
                ends[at] = cost
            else:
                arcs[at].append(fst.Arc(word, cost, _after(key, length, places, symbols)))
    for length, rest in enumerate(model.rests, 1):
        costs = -np.log(np.maximum(rest.values, ngrams.LEAST))
        for history, cost in zip(rest.keys.tolist(), costs.tolist(), strict=True):
            shorter = _shorter(history, length, places, symbols)
            arcs[places[length, history]].append(fst.Arc(fst.NO_WORD, cost, shorter))
    return [fst.State(each, end) for each, end in zip(arcs, ends, strict=True)]


def _rows(
    keys: Ints, histories: Ints, words: Ints, costs: Floats
) -> Iterable[tuple[int, int, int, float]]:
    return zip(keys.tolist(), histories.tolist(), words.tolist(), costs.tolist(), strict=True)


def _places(model: Model) -> dict[tuple[int, int], int]:
    """Return the number of the state of each beginning, told by its length and key."""
    beginnings = [(1, model.symbols.start), (0, 0)]
    for length, rest in enumerate(model.rests, 1):
        beginnings += ((length, key) for key in rest.keys.tolist())
    return {each: number for number, each in enumerate(dict.fromkeys(beginnings))}


def _after(key: int, length: int, places: dict[tuple[int, int], int], symbols: Symbols) -> int:
    """Return the state after a sequence: of the longest end of it that anything begins with."""
    if length < ngrams.ORDER and (length, key) in places:
        return places[length, key]
    return _shorter(key, length, places, symbols)


def _shorter(key: int, length: int, places: dict[tuple[int, int], int], symbols: Symbols) -> int:
    for fewer in range(length - 1, 0, -1):
        end = key % symbols.base**fewer
        if (fewer, end) in places:
            return places[fewer, end]
    return places[0, 0]


def _known(sounds: Path) -> tuple[dict[str, int], Symbols]:
    names = files_of(sounds)
    if not {WORDS, GRAPH} <= names:
        raise CheckpointError(f"{sounds} has no {WORDS} and {GRAPH}: name a model in two parts.")
    every = numbers(sounds, names, FOLDERS)
    known = {word: number for word, number in every.items() if not word.startswith(NO_WORDS)}
    return known, Symbols(np.array(sorted(known.values()), np.int64), max(every.values()))


def _texts(
    recipe: Recipe, data: Path, said: Sequence[str], known: dict[str, int], symbols: Symbols
) -> dict[str, Ints]:
    """Return the row of numbers of each part, and of what is held by ""."""
    told: defaultdict[str, list[str]] = defaultdict(list)
    for text in recipe.texts:
        rows = list(said) if text.file == SKILLS else _lines(text, data)
        if text.rows:
            random.Random(recipe.seed).shuffle(rows)
        told["" if text.held else text.part] += rows[: text.rows or None]
    return {part: text_of(lines, known, symbols) for part, lines in told.items()}


def _lines(text: Text, data: Path) -> list[str]:
    path = (paths.bundled() if text.ours else data) / text.file
    if path.suffix == ".tsv":
        return [row.text for row in sentences.read(path)]
    rows = [row.text for row in read(path, "text")]
    return [row for row in rows if not row.startswith("# ")] if text.ours else rows


def _share(sounds: Path, into: Path) -> None:
    """Copy a model without its words' graph and its README."""
    for name in sorted(files_of(sounds) - {GRAPH, "README.md"}):
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sounds / name, into / name)
