"""``assistant bench``: the speeds, measured on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.doors import terminal
from assistant.errors import AssistantError
from assistant.speech.untold import untold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.measuring.product import Figure

GROUPS = ("product", "turn", "engines")
VOICE, SPEAKING = "voice", "speaking"
"""Groups that are measured only where they are named: the one needs a speech model and takes long,
the other a voice."""


FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument(
    "groups",
    nargs=-1,
    type=click.Choice((*GROUPS, VOICE, SPEAKING)),
    metavar="[product|turn|engines|voice|speaking]...",
)
@click.option("--quick", is_flag=True, help="Only the engines, on 16 tokens; of voice a little.")
@click.option("--data", type=FOLDER, help="With voice: a folder with sets of recordings.")
@click.option("--skill", type=FILE, help="With voice and --data: the skill of labelled commands.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="bench",
    show_default=True,
    help="The folder for bench.json and bench.png.",
)
@click.option(
    "--rounds",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="Runs of each timed process.",
)
def bench(
    groups: tuple[str, ...],
    quick: bool,
    data: Path | None,
    skill: Path | None,
    as_json: bool,
    out: Path,
    rounds: int,
) -> None:
    """Measure start, memory and learning, whole turns, and the engine against others.

    The others come with the extra bench; those that are missing are left out, with the reason.
    Voice is measured only when named, on --data or on what espeak-ng speaks; so is speaking, how
    soon the voice that reads replies is heard.
    """
    from assistant.measuring.engines.machine import line, machine

    untold()
    wanted = groups or (("engines",) if quick else GROUPS)
    told: Callable[[str], None] = _nothing if as_json else terminal.tell
    here = machine()
    told(line(here))
    found: dict[str, Any] = {"machine": here}
    for name, figure in _all(wanted, rounds, data, skill, quick):
        told(_line(name, figure))
        found[name] = figure.as_json()
    if "engines" in wanted:
        from assistant.measuring.engines.report import engines

        found |= engines(quick, rounds, _folder(out), told)
    text = json.dumps(found, indent=2)
    (_folder(out) / "bench.json").write_text(text + "\n", encoding="utf-8")
    if as_json:
        terminal.tell_json(found, indent=2)


def _all(
    wanted: tuple[str, ...], rounds: int, data: Path | None, skill: Path | None, quick: bool
) -> Iterator[tuple[str, Figure]]:
    yield from _figures(wanted, rounds)
    if VOICE in wanted:
        from assistant.measuring.bench_voice import voice_figures

        yield from voice_figures(data, skill, quick=quick)
    if SPEAKING in wanted:
        from assistant.measuring.bench_speaking import speaking_figures

        yield from speaking_figures(rounds)


def _figures(wanted: tuple[str, ...], rounds: int) -> Iterator[tuple[str, Figure]]:
    from assistant.measuring.product import MEASURES, held

    if "product" in wanted:
        for name, measure in MEASURES.items():
            yield name, held(name, measure(rounds))
    if "turn" in wanted:
        from assistant.measuring.turn_ratio import turns_against
        from assistant.measuring.turns import cold_start, warm_turns

        for measured in (turns_against, warm_turns, cold_start):
            for name, figure in measured(rounds).items():
                yield name, held(name, figure)


def _folder(out: Path) -> Path:
    """Return the folder for what is written, made where it is new."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AssistantError(
            f"The folder {out} can't be made ({error.strerror}): name another with --out."
        ) from error
    return out


def _nothing(_line: str) -> None:
    """Say nothing, as only the JSON is wanted."""


def _line(name: str, figure: Figure) -> str:
    """Return a figure as a line of the table."""
    verdict = ""
    if figure.limit is not None and figure.value is not None:
        verdict = f"{'within' if figure.well else 'OVER'} {figure.limit:g}"
    value = "–" if figure.value is None else f"{figure.value:.2f}"
    return f"{name:26} {value:>9} {figure.unit:6} {verdict:10} {figure.detail}"
