"""A checkpoint from a recipe, or of a published folder, to its place among the user's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from assistant import files, paths
from assistant.engine.checkpoint import CONFIG, read_config
from assistant.errors import AssistantError, CheckpointError

Tell = Callable[[str], None]
Train = Callable[[Path, Path, Path | None, Tell], Path]
"""Takes a recipe, where the work is kept, the data, and what tells of progress."""

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
TOKENIZERS = ("tokenizer.json", "vocab.txt")
"""What a published folder has one of each of; the second ones are those of older times."""

OWN = """# Written by assistant train from a file of your own; change it and train again.
name = {name}
task = "{task}"
architecture = "{architecture}"
seed = 1
epochs = 6
batch = 32
learning_rate = 5e-5
head_learning_rate = 2e-3
warmup = 0.1
weight_decay = 0.01
label_smoothing = 0.05
keep = 2.0
longest = 64

[[sources]]
name = "own"
file = {file}
"""
"""The recipe of a run on one file of the user's."""


@contextmanager
def wanting_torch(needs: str) -> Iterator[None]:
    """Import what needs torch in the block; raise AssistantError telling how to get it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"{needs} {error.name}: pip install 'offline-assistant[train]'."
        ) from error


def carry_out(
    task: str,
    recipe: Path,
    data: Path | None,
    out: Path | None,
    name: str | None,
    tell: Tell,
    start: str = "",
) -> Path:
    """Train as a recipe says, quantize, and return where it lies among the user's own.

    ``start`` is the name or the folder of the checkpoint to prune, the recipe's if empty. Raises
    AssistantError where torch is missing, or the recipe is for another task.
    """
    train = _trainer(task, recipe, start)
    from assistant.training.outliers import loudest
    from assistant.training.quantize import quantize
    from assistant.training.recipe import read_recipe

    chosen = read_recipe(recipe)
    if all(Path(source.file).is_absolute() for source in chosen.sources):
        data = data or recipe.parent  # the recipe of a file of one's own needs no data folder
    name = _plain(name or chosen.name)
    work = out or Path("runs") / name
    folder = train(recipe, work, data, tell)
    made, target = work / "int8", paths.user_models() / name
    apart = loudest(folder, sentences()) if read_config(folder).get("heads") else None
    quantize(folder, made, outliers=apart, rows=chosen.block if task == "prune" else 0)
    place(made, target)
    return target


def _plain(name: str) -> str:
    """Return a checkpoint's name. Raises AssistantError for what can't be one."""
    if Path(name).name != name:
        raise AssistantError(f"“{name}” is no name for a checkpoint: take a plain word.")
    return name


def _folder_of(start: str) -> Path:
    """Return the folder that a name or a path means. Raises AssistantError where none does."""
    there = Path(start)
    if start and (there / CONFIG).is_file():
        return there
    if start and Path(start).name == start and (paths.model(start) / CONFIG).is_file():
        return paths.model(start)
    raise AssistantError(
        f"There is no checkpoint “{start}” to prune: assistant models lists those there are."
    )


def sentences() -> list[str]:
    """Return the sentences of our own by which checkpoints are checked."""
    file = paths.bundled() / "data" / "check" / "sentences.txt"
    return file.read_text(encoding="utf-8").splitlines()


def place(made: Path, target: Path) -> None:
    """Copy a checkpoint beside its place and move it there, so that no half of it is ever used."""
    try:
        with files.passing(target.parent) as scratch:
            files.replace_folder(shutil.copytree(made, scratch / target.name), target)
    except OSError as error:
        raise AssistantError(
            f"The checkpoint can't be written to {target} ({error.strerror or error}): make room, "
            f"then copy {made} there."
        ) from error


def quantized(folder: Path, scratch: Path) -> Path:
    """Return the int8 form of a published folder, made in ``scratch`` and tried out."""
    from assistant.engine.trial import try_out
    from assistant.training.quantize import quantize

    there = _look_through(folder)
    for one in (WEIGHTS, TOKENIZERS):
        if not there & set(one):
            raise CheckpointError(f"{folder} holds neither {' nor '.join(one)}: get it again.")
    plain = {WEIGHTS[0], TOKENIZERS[0]} <= there
    if not plain:
        older = f"{folder} has no model.safetensors with a tokenizer.json, and older files need"
        with wanting_torch(older):
            from assistant.training.checkpoint import load_encoder, read_tokenizer, save
        encoder = load_encoder(folder)
        save(encoder, encoder.config, read_tokenizer(folder), scratch / "float")
    made = quantize(folder if plain else scratch / "float", scratch / "int8")
    try:
        try_out(made)
    except CheckpointError as error:
        # That place is gone afterwards; the folder is what the user knows.
        raise CheckpointError(str(error).replace(str(made), str(folder))) from error
    return made


def _look_through(folder: Path) -> set[str]:
    """Return what a folder holds. Raises CheckpointError where that is no file and no folder."""
    there = list(folder.iterdir())
    odd = next((each for each in there if not each.is_file() and not each.is_dir()), None)
    if odd is not None:
        raise CheckpointError(f"{odd} is no file: take it out of {folder}, or get that again.")
    return {each.name for each in there}


def own_recipe(own: Path, task: str, architecture: str, name: str) -> Path:
    """Write the recipe of a run on one file of the user's, to be kept and changed."""
    path = Path("runs") / name / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = json.dumps(str(own.resolve()))
    path.write_text(
        OWN.format(name=json.dumps(name), task=task, architecture=architecture, file=file),
        encoding="utf-8",
    )
    return path


def _trainer(task: str, recipe: Path, start: str) -> Train:
    """Return what trains a task. Raises AssistantError where torch is missing."""
    with wanting_torch("Training needs"):
        from assistant.training import distill, features, finetune, prune
        from assistant.training.recipe import read_recipe
    chosen = read_recipe(recipe)
    if chosen.task != task and {chosen.task, task} & {"intents", "distill", "prune"}:
        raise AssistantError(
            f"{recipe} is a recipe for {chosen.task}: assistant train {chosen.task} {recipe}."
        )
    if task == "prune":
        return partial(prune.train, start=_folder_of(start or chosen.start))
    if task == "intents":
        return finetune.train
    return distill.train if task == "distill" else features.train
