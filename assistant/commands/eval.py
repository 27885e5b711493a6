"""``assistant eval``: how well sentences are understood, as figures, as JSON and as a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from assistant.doors import terminal
from assistant.measuring.results import Evaluation

JSONL = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PAGE = click.Path(dir_okay=False, path_type=Path)
F = TypeVar("F", bound=Callable[..., Any])

TEST = click.option("--test", required=True, type=JSONL, help="JSON lines to be measured on.")
MAP = click.option("--map", "table", type=JSONL, help="TOML table of labels: ours = theirs.")
CHECKPOINT = click.option(
    "--checkpoint", type=FOLDER, help="An int8 checkpoint; else the one used."
)


def shown(command: F) -> F:
    """Add the options that say how the figures are shown."""
    page = click.option("--report", "page", type=PAGE, help="Write a page with pictures there.")
    figures = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
    return page(figures(command))


@click.group("eval")
def evaluate() -> None:
    """Measure how well sentences are understood."""


@evaluate.command()
@click.option("--test", type=JSONL, help="JSON lines of text and intent to ask them instead.")
@click.option("--oos", type=JSONL, help="With --test: JSON lines of text that no skill covers.")
@shown
def skills(test: Path | None, oos: Path | None, as_json: bool, page: Path | None) -> None:
    """Cross-validate the installed skills on their own examples, or ask them those of a file."""
    from assistant.measuring.intents import ask_skills, cross_validate

    if oos is not None and test is None:
        raise click.UsageError("--oos goes with --test: name a file of text and intent too.")
    show(
        ask_skills(test, oos) if test else cross_validate(with_curve=page is not None),
        as_json,
        page,
    )


@evaluate.command()
@click.option("--train", required=True, type=JSONL, help="JSON lines of text and intent.")
@click.option("--test", type=JSONL, help="JSON lines to be measured on.")
@click.option("--hold-out", type=click.FloatRange(0.01, 0.9), help="Or this share of --train.")
@click.option("--oos", type=JSONL, help="JSON lines of text that no intent covers.")
@click.option("--shots", type=click.IntRange(1), help="Train on this many examples an intent.")
@click.option(
    "--seeds", default=1, show_default=True, type=click.IntRange(1), help="Draws of them."
)
@click.option("--finetune", is_flag=True, help="Train the whole encoder (extra train).")
@shown
def intents(
    train: Path,
    test: Path | None,
    hold_out: float | None,
    oos: Path | None,
    shots: int | None,
    seeds: int,
    finetune: bool,
    as_json: bool,
    page: Path | None,
) -> None:
    """Fit the intent head on one file and measure it on another."""
    from assistant.measuring.intents import fit_and_test

    if (test is None) == (hold_out is None):
        raise click.UsageError(
            "Say what to measure on: a file with --test, or a share, --hold-out."
        )
    held = test or hold_out or 0.0
    curve = page is not None
    found = fit_and_test(train, held, oos, shots, seeds, finetune=finetune, with_curve=curve)
    show(found, as_json, page)


@evaluate.command()
@TEST
@MAP
@CHECKPOINT
@shown
def sentiment(
    test: Path, table: Path | None, checkpoint: Path | None, as_json: bool, page: Path | None
) -> None:
    """Compare the sentiment read with that of a file of text and label."""
    from assistant.measuring import labels as evaluate_labels

    show(evaluate_labels.sentiment(test, table, checkpoint), as_json, page)


@evaluate.command()
@TEST
@MAP
@CHECKPOINT
@shown
def entities(
    test: Path, table: Path | None, checkpoint: Path | None, as_json: bool, page: Path | None
) -> None:
    """Compare the entities read with those of a file of tokens and BIO tags."""
    from assistant.measuring import labels as evaluate_labels

    show(evaluate_labels.entities(test, table, checkpoint), as_json, page)


@evaluate.command()
@click.option("--train", type=JSONL, help="JSON lines of tokens and BIO tags; else --test's own.")
@TEST
@click.option("--shots", type=click.IntRange(1), help="Train on this many rows an intent.")
@click.option(
    "--seeds", default=1, show_default=True, type=click.IntRange(1), help="Draws of them."
)
@click.option("--as-skills", is_flag=True, help="Learn only templates, as from a skill's examples.")
@click.option("--words", is_flag=True, help="With --as-skills: only by the words around a hole.")
@CHECKPOINT
@shown
def slots(
    train: Path | None,
    test: Path,
    shots: int | None,
    seeds: int,
    as_skills: bool,
    words: bool,
    checkpoint: Path | None,
    as_json: bool,
    page: Path | None,
) -> None:
    """Fit a slot tagger on one file and measure it on another, or on fifths of one."""
    from assistant.measuring import skills as evaluate_skills
    from assistant.measuring import slots as evaluate_slots

    if as_skills:
        if train is None:
            raise click.UsageError("--as-skills learns from --train: name a file.")
        found = evaluate_skills.slots(train, test, shots, 0, words=words)
    else:
        found = evaluate_slots.slots(train, test, shots, seeds, checkpoint)
    show(found, as_json, page)


@evaluate.command()
@TEST
@CHECKPOINT
@shown
def similarity(test: Path, checkpoint: Path | None, as_json: bool, page: Path | None) -> None:
    """Compare the cosines of sentence pairs with the scores of a file of a, b and label."""
    from assistant.measuring import labels as evaluate_labels

    show(evaluate_labels.similarity(test, checkpoint), as_json, page)


@evaluate.command()
@click.option("--phrase", "phrases", required=True, multiple=True, help="May be repeated.")
@click.option("--data", required=True, type=FOLDER, help="Recordings, or folders of them.")
@click.option("--second", default="", help="What judges a wake again: a model, or off for none.")
@shown
def wake(
    phrases: tuple[str, ...], data: Path, second: str, as_json: bool, page: Path | None
) -> None:
    """Count how often a wake word is missed, and heard where nobody said it.

    Each folder of recordings has a transcripts.tsv with the columns file and transcript.
    """
    from assistant.measuring import wake as evaluate_wake

    show(evaluate_wake.wake(phrases, data, second), as_json, page)


def show(found: Evaluation, as_json: bool, page: Path | None) -> None:
    """Print what was found, and write the page where one is wanted."""
    from assistant.measuring.report import number

    if page is not None:
        from assistant.measuring.report import write

        write(found, page)
        terminal.aside(f"The report is in {page}.")
    if as_json:
        terminal.tell_json(found.figures | found.more)
        return
    for name, value in found.figures.items():
        terminal.tell(f"{name:20} {number(value)}")
    for table in found.tables:
        for row in (table.heads, *table.rows):
            terminal.tell(" ".join(f"{cell.lstrip('#'):>12}" for cell in row))
    for note in found.notes:
        terminal.tell(note)
