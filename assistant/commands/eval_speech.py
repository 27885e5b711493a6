"""``assistant eval speech|voice``: how well speech is heard and understood."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.commands.eval import JSONL, evaluate, show, shown
from assistant.doors import terminal

__all__ = ["evaluate"]

QUIETEST, LOUDEST = -60.0, 100.0
"""Levels of speech over noise that can be meant, in dB."""

SKILL = click.option("--skill", type=JSONL, help="Install the skill of this file, and no other.")
MODEL = click.option("--model", default="", help="A speech model: its name or folder.")


def levels(_context: object, _option: object, told: str) -> tuple[float, ...]:
    """Return levels in dB, parted by commas, as numbers."""
    if not told:
        return ()
    try:
        found = tuple(float(each) for each in told.split(","))
    except ValueError:
        found = ()
    if not found or not all(QUIETEST <= each <= LOUDEST for each in found):
        raise click.BadParameter(f"“{told}” are no levels in dB: say them as 6,9,12.")
    return found


@evaluate.command()
@click.option("--test", required=True, type=JSONL, help="A transcripts.tsv or a labels.jsonl.")
@SKILL
@click.option("--noise", type=JSONL, help="A recording of noise to lay under the speech.")
@click.option("--snr", "snrs", default="", callback=levels, help="With --noise: dB, as 6,9,12.")
@click.option(
    "--ears",
    type=click.Choice(("open", "both")),
    default="both",
    show_default=True,
    help="Hear with the open ear alone, or with the limited ones beside it.",
)
@click.option("--stream", is_flag=True, help="Hear recordings as they were spoken, not whole.")
@click.option("--oos", is_flag=True, help="Nothing in the file is a request: count what acts.")
@click.option("--limit", type=click.IntRange(1), help="Hear so many recordings, evenly drawn.")
@MODEL
@click.option("--second", default="", help="What hears again: a model's name, or off for none.")
@shown
def speech(
    test: Path,
    skill: Path | None,
    noise: Path | None,
    snrs: tuple[float, ...],
    ears: str,
    stream: bool,
    oos: bool,
    limit: int | None,
    model: str,
    second: str,
    as_json: bool,
    page: Path | None,
) -> None:
    """Hear recordings, and compare words, intents and slots with what was said and meant.

    FILE is a transcripts.tsv (columns file and transcript, a header line) or a labels.jsonl
    (file, intent, slots, maybe transcript), beside the sound files.
    """
    from assistant.measuring.speech import speech
    from assistant.measuring.speech_figures import Plan

    if noise is not None and not snrs:
        raise click.UsageError("--noise goes with --snr: say the levels in dB, as 6,9,12.")
    plan = Plan(
        test, skill, noise, snrs, both=ears == "both", stream=stream, outside=oos, most=limit,
        model=model, second=second,
    )  # fmt: skip
    found = speech(plan, progress)
    done()
    show(found, as_json, page)


@evaluate.command()
@SKILL
@click.option(
    "--sentences", default=6, show_default=True, type=click.IntRange(1), help="An intent."
)
@click.option("--no-speech", is_flag=True, help="Only mishear; synthesize and recognise nothing.")
@MODEL
@shown
def voice(
    skill: Path | None,
    sentences: int,
    no_speech: bool,
    model: str,
    as_json: bool,
    page: Path | None,
) -> None:
    """Mishear the examples of the skills, and tell what survives; needs no microphone.

    Words that sound alike, short words left out, words as our recognizer confuses them; and, where
    espeak-ng and a speech model are there, spoken and heard.
    """
    from assistant.measuring.voice import voice

    found = voice(skill, sentences, model, speak=not no_speech, tell=progress)
    done()
    show(found, as_json, page)


@evaluate.command()
@click.option("--test", required=True, type=JSONL, help="A transcripts.tsv.")
@click.option("--vosk", is_flag=True, help="Hear with Vosk alone.")
@click.option("--times", is_flag=True, help="Compare the times of the words with Vosk's.")
@click.option("--limit", type=click.IntRange(1), help="Hear so many recordings, evenly drawn.")
@MODEL
@shown
def dictation(
    test: Path,
    vosk: bool,
    times: bool,
    limit: int | None,
    model: str,
    as_json: bool,
    page: Path | None,
) -> None:
    """Write recordings down, and count words that are wrong, and those that nobody said.

    FILE is a transcripts.tsv (columns file and transcript, a header line) beside the sound files.
    """
    from assistant.measuring.dictation import dictation

    found = dictation(test, model, vosk, times, limit, progress)
    done()
    show(found, as_json, page)


def progress(line: str) -> None:
    """Show how far it is, on a terminal."""
    if sys.stderr.isatty():
        terminal.wipe()
        terminal.draw(line, aside=True)


def done() -> None:
    """Wipe the progress away."""
    terminal.wipe()
