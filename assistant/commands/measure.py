"""``assistant bench``: the speeds, measured on this machine."""

from __future__ import annotations

import json

import click


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
