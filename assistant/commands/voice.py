"""``assistant voice``: the voices that read replies, and what is wrong with voice."""

from __future__ import annotations

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.commands.voice_doctor import doctor
from assistant.commands.wake import wake
from assistant.doors import terminal
from assistant.errors import SpeechError


@click.group()
def voice() -> None:
    """Spoken replies, the microphone and the wake word: list, say, doctor, wake."""


voice.add_command(doctor)
voice.add_command(wake)


@voice.command("list")
def list_() -> None:
    """Show the voices that were found; the one that reads has a star."""
    from assistant.speech.speaking.engines import installed
    from assistant.speech.speaking.voice import choose, no_voice, shown

    engines = installed(paths.home() / "voices")
    if not engines:
        raise SpeechError(no_voice())
    name = settings_file.load(paths.settings_file()).voice_name
    chosen = choose(name, engines)
    for engine in engines:
        terminal.tell(_line(engine.name, chosen == (engine, "")))
        try:
            voices = engine.voices()
        except SpeechError as error:
            terminal.tell(f"    {error}")
            continue
        for each in voices:
            terminal.tell(_line(shown(engine, each), chosen == (engine, each)))
    if chosen is None:
        terminal.tell(f"The setting voice_name is “{name}”, which is none of them.")
    terminal.tell("Choose one: assistant settings set voice_name NAME. Voices of piper, NAME.onnx")
    terminal.tell(f"and NAME.onnx.json, are looked for in {paths.home() / 'voices'}.")


@voice.command()
@click.argument("text", nargs=-1, required=True)
def say(text: tuple[str, ...]) -> None:
    """Speak TEXT as a reply would be spoken, with the current settings."""
    from assistant.doors.devices import aloud

    trouble = aloud(settings_file.load(paths.settings_file()), " ".join(text))
    if trouble:
        raise SpeechError(trouble)


def _line(name: str, chosen: bool) -> str:
    return f"{'*' if chosen else ' '} {name}"
