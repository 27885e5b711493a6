"""``assistant train``: checkpoints from recipes, or from a file of one's own sentences."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import paths
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE_TO_BE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

GLUE = ("cola", "mrpc", "rte", "sst2", "stsb")
"""The tasks that `assistant train glue` knows."""

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


@click.group()
def train() -> None:
    """Train checkpoints (needs the extra train, which brings torch)."""


def _command(task: str, architecture: str, what: str) -> None:
    @train.command(task, help=f"Train {what}.")
    @click.argument("recipe", type=FILE, required=False)
    @click.option("--train", "own", type=FILE, help="JSON lines of your own, instead of a recipe.")
    @click.option("--data", type=FOLDER, help="The folder the recipe's files are in.")
    @click.option("--out", type=FOLDER, help="Where the work is kept; a stopped run goes on there.")
    @click.option("--name", help="Name of the checkpoint; the recipe's if not given.")
    def run(
        recipe: Path | None, own: Path | None, data: Path | None, out: Path | None, name: str | None
    ) -> None:
        if (recipe is None) == (own is None):
            raise click.UsageError("Give a recipe, or a file of your own with --train.")
        if own is not None:
            recipe = _own_recipe(own, task, architecture, name or own.stem.partition(".")[0])
            data = data or own.parent
        assert recipe is not None
        carry_out(task, recipe, data, out, name)


for _task, _architecture, _what in (
    ("intents", "distilbert", "a sentence encoder on intents"),
    ("sentiment", "squeezebert", "an encoder with a head for sentiment"),
    ("entities", "squeezebert", "an encoder with a head for entities"),
    ("features", "squeezebert", "an encoder with heads for sentiment and entities"),
    ("distill", "squeezebert", "a small encoder with both heads on a large one's answers"),
):
    _command(_task, _architecture, _what)


@train.command()
@click.argument("parent", type=FOLDER)
@click.argument("checkpoint", type=FOLDER)
def reference(parent: Path, checkpoint: Path) -> None:
    """Write what the float folder PARENT says of a few sentences beside its int8 CHECKPOINT."""
    try:
        from assistant.training.reference import write
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"This needs {error.name}: pip install 'offline-assistant[train]'."
        ) from error
    click.echo(write(parent, checkpoint, sentences()))


@train.command()
@click.argument("parent", type=FOLDER)
@click.argument("checkpoint", type=FOLDER)
@click.option("--sentiment", type=FILE, multiple=True, help="JSON lines of text and label.")
@click.option("--entities", type=FILE, multiple=True, help="JSON lines of tokens and BIO tags.")
@click.option("--rows", default=0, help="At most so many rows of each file; 0 is all.")
def compare(
    parent: Path,
    checkpoint: Path,
    sentiment: tuple[Path, ...],
    entities: tuple[Path, ...],
    rows: int,
) -> None:
    """Tell on labelled files what rounding the float folder PARENT to int8 CHECKPOINT cost."""
    try:
        from assistant.training import retention
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"This needs {error.name}: pip install 'offline-assistant[train]'."
        ) from error
    files = [("sentiment", path) for path in sentiment] + [("entities", path) for path in entities]
    for name, whole, rounded in retention.compare(parent, checkpoint, files, rows):
        lost = 100 * (whole - rounded)
        click.echo(f"{name:24} float {whole:.4f}  int8 {rounded:.4f}  lost {lost:+.2f} points")


@train.command()
@click.argument("recipe", type=FILE)
@click.option("--data", type=FOLDER, help="The folder the recipe's files are in.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def overlap(recipe: Path, data: Path | None, as_json: bool) -> None:
    """Count the rows that a RECIPE trains on and a dev or test file holds too."""
    counted = _overlap(recipe, data)
    if as_json:
        click.echo(json.dumps(counted))
        return
    for source, counts in counted.items():
        rows, dropped, *_ = counts.values()
        files = [f"{count} in {file}" for file, count in list(counts.items())[2:]]
        click.echo(f"{source}: {rows} rows, {dropped} dropped  {', '.join(files)}".rstrip())


def _overlap(recipe: Path, data: Path | None) -> dict[str, dict[str, int]]:
    try:
        from assistant.training import overlap as counting
        from assistant.training.recipe import data_folder, read_recipe
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"Training needs {error.name}: pip install 'offline-assistant[train]'."
        ) from error
    return counting.overlap(read_recipe(recipe), data_folder(data))


@train.command()
@click.argument("tasks", nargs=-1, required=True, type=click.Choice(GLUE))
@click.option("--data", type=FOLDER, help="The folder of the data sets.")
@click.option(
    "--checkpoint",
    type=FOLDER,
    multiple=True,
    help="A folder, or “teacher”; all three of the table if not given.",
)
@click.option(
    "--epochs", default=3, show_default=True, type=click.IntRange(1), help="Times through the rows."
)
@click.option(
    "--rows", default=0, type=click.IntRange(0), help="At most so many training rows; 0 is all."
)
@click.option("--seed", default=0, show_default=True, help="Of the draw of rows and the dropout.")
@click.option("--lr", default=5e-5, show_default=True, help="The encoder's highest learning rate.")
@click.option("--out", type=FILE_TO_BE, help="Where finished runs are noted, to go on from there.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def glue(
    tasks: tuple[str, ...],
    data: Path | None,
    checkpoint: tuple[Path, ...],
    epochs: int,
    rows: int,
    seed: int,
    lr: float,
    out: Path | None,
    as_json: bool,
) -> None:
    """Fine-tune encoders on GLUE TASKS and measure them on dev, beside their teacher.

    A benchmark only: no weights are kept.
    """
    try:
        from assistant.training.glue import Settings, measure
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"This needs {error.name}: pip install 'offline-assistant[train]'."
        ) from error
    how = Settings(epochs, rows, seed, lr)
    found = measure(tasks, checkpoint, how, data, out, told)
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, figures in found.items():
        cut = figures.pop("reduced to", None)
        note = f" (reduced to {cut:.0f} training rows)" if cut else ""
        click.echo(f"{name} dev{note}: {', '.join(f'{n} {v:.4f}' for n, v in figures.items())}")


def carry_out(
    task: str, recipe: Path, data: Path | None, out: Path | None, name: str | None
) -> None:
    """Train as a recipe says, quantize, and put the checkpoint among the user's own."""
    start = _trainer(task, recipe)
    from assistant.training.outliers import loudest
    from assistant.training.quantize import quantize
    from assistant.training.recipe import read_recipe

    chosen = read_recipe(recipe)
    if all(Path(source.file).is_absolute() for source in chosen.sources):
        data = data or recipe.parent  # the recipe of a file of one's own needs no data folder
    name = name or chosen.name
    if Path(name).name != name:
        raise AssistantError(f"“{name}” is no name for a checkpoint: take a plain word.")
    work = out or Path("runs") / name
    folder = start(recipe, work, data, told)
    made, target = work / "int8", paths.user_models() / name
    apart = None if task == "intents" else loudest(folder, sentences())
    quantize(folder, made, outliers=apart)
    place(made, target)
    click.echo(f"{target} is ready: assistant models use {name}")


def sentences() -> list[str]:
    """Return the sentences of our own by which checkpoints are checked."""
    file = paths.bundled() / "data" / "check" / "sentences.txt"
    return file.read_text(encoding="utf-8").splitlines()


def place(made: Path, target: Path) -> None:
    """Copy a checkpoint beside its place and move it there, so that no half of it is ever used."""
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    old = target.with_name(f".{target.name}.old")
    try:
        shutil.copytree(made, part)
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
            target.replace(old)
        part.replace(target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise AssistantError(
            f"The checkpoint can't be written to {target} ({error.strerror or error}): make room, "
            f"then copy {made} there."
        ) from error
    shutil.rmtree(old, ignore_errors=True)


def quantized(folder: Path, scratch: Path) -> Path:
    """Return the int8 form of a published folder, made in ``scratch``."""
    from assistant.training.quantize import quantize

    plain = (folder / "model.safetensors").exists() and (folder / "tokenizer.json").exists()
    if plain:
        return quantize(folder, scratch / "int8")
    try:
        from assistant.training.checkpoint import load_encoder, read_tokenizer, save
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"{folder} has no model.safetensors with a tokenizer.json, and older files need "
            f"{error.name}: pip install 'offline-assistant[train]'."
        ) from error
    encoder = load_encoder(folder)
    save(encoder, encoder.config, read_tokenizer(folder), scratch / "float")
    return quantize(scratch / "float", scratch / "int8")


def finetuned(
    known: Sequence[tuple[str, str]], test: Sequence[str], oos: Sequence[str], seed: int
) -> tuple[list[str], list[list[float]], list[list[float]]]:
    """Train a whole encoder on (text, intent); return intents and each text's chances of them."""
    try:
        from assistant.training.tune import finetune_and_predict
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"Fine-tuning needs {error.name}: pip install 'offline-assistant[train]'."
        ) from error
    names, inside, outside = finetune_and_predict(known, test, oos, seed)
    return list(names), inside.tolist(), outside.tolist()


def told(line: str) -> None:
    """Print a line of progress; in a terminal each step stands in the place of the one before."""
    if line.startswith("step") and sys.stderr.isatty():
        click.echo(f"\r\x1b[2K{line}", nl=False, err=True)
    else:
        click.echo(line, err=True)


def _trainer(
    task: str, recipe: Path
) -> Callable[[Path, Path, Path | None, Callable[[str], None]], Path]:
    """Return what trains a task. Raises AssistantError where torch is missing."""
    try:
        from assistant.training import distill, features, finetune
        from assistant.training.recipe import read_recipe
    except ModuleNotFoundError as error:
        raise AssistantError(
            f"Training needs {error.name}: pip install 'offline-assistant[train]', or make "
            "test-all in a checkout."
        ) from error
    named = read_recipe(recipe).task
    if named != task and {named, task} & {"intents", "distill"}:
        raise AssistantError(f"{recipe} is a recipe for {named}: assistant train {named} {recipe}.")
    if task == "intents":
        return finetune.train
    return distill.train if task == "distill" else features.train


def _own_recipe(own: Path, task: str, architecture: str, name: str) -> Path:
    """Write the recipe of a run on one file of the user's, to be kept and changed."""
    if task in ("features", "distill"):
        raise click.UsageError(f"{task} needs a recipe: one file has only one kind of label.")
    path = Path("runs") / name / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = json.dumps(str(own.resolve()))
    path.write_text(
        OWN.format(name=json.dumps(name), task=task, architecture=architecture, file=file),
        encoding="utf-8",
    )
    return path
