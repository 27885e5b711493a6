"""``assistant bench`` and ``assistant eval``: the figures, measured on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

JSONL = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--rounds", default=5, show_default=True, help="Runs of each timed process.")
def bench(as_json: bool, rounds: int) -> None:
    """Measure start, memory, learning and understanding; each against its limit."""
    from assistant.commands.bench import FIGURES, Figure

    results: dict[str, Figure] = {}
    for name, measure in FIGURES.items():
        results[name] = measure(rounds)
        if not as_json:
            _print(name, results[name])
    if as_json:
        click.echo(json.dumps({name: f.as_json() for name, f in results.items()}, indent=2))


def _print(name: str, figure: object) -> None:
    from assistant.commands.bench import Figure

    assert isinstance(figure, Figure)
    verdict = "within" if figure.well else "OVER"
    click.echo(
        f"{name:26} {figure.value:9.2f} {figure.unit:6} {verdict} {figure.limit:g}  {figure.detail}"
    )


@click.group("eval")
def evaluate() -> None:
    """Measure how well sentences are understood."""


@evaluate.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def skills(as_json: bool) -> None:
    """Cross-validate the installed skills on their own examples."""
    from assistant.commands.evaluate import cross_validate

    _report(cross_validate, as_json)


@evaluate.command()
@click.option("--train", required=True, type=JSONL, help="JSON lines of text and intent.")
@click.option("--test", required=True, type=JSONL, help="JSON lines of text and intent.")
@click.option("--oos", type=JSONL, help="JSON lines of text that no intent covers.")
@click.option("--shots", type=int, help="Train on this many examples an intent.")
@click.option("--seed", default=0, show_default=True, help="Chooses the examples.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def intents(
    train: Path, test: Path, oos: Path | None, shots: int | None, seed: int, as_json: bool
) -> None:
    """Fit the intent head on one file and measure it on another."""
    from assistant.commands.evaluate import fit_and_test

    _report(lambda: fit_and_test(train, test, oos, shots, seed), as_json)


def _report(measure: Callable[[], dict[str, float]], as_json: bool) -> None:
    figures = measure()
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        click.echo(f"{name:20} {value:.4f}")
