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
    """Show the voices that were found and speak; the one that reads has a star."""
    from assistant.speech.speaking.trial import look
    from assistant.speech.speaking.voice import no_voice

    chosen = settings_file.load(paths.settings_file())
    seen = look(chosen.voice_name, chosen.voice_folder)
    if not seen.voices:
        raise SpeechError(" ".join([no_voice(), *seen.troubles]))
    for each in seen.voices:
        if not each.trouble:
            terminal.tell(f"{'*' if each.used else ' '} {each.line}")
            for name in each.others:
                terminal.tell(f"  {name}")
    for trouble in [*(each.trouble for each in seen.voices if each.trouble), *seen.troubles]:
        terminal.tell(trouble)
    if seen.unknown:
        terminal.tell(f"The setting voice_name is “{chosen.voice_name}”, which is none of them.")
    terminal.tell("Choose one: assistant settings set voice_name NAME.")
    terminal.tell(f"Voices of piper and Kokoro are looked for in {paths.home() / 'voices'}, in")
    terminal.tell("the setting voice_folder and in the usual folders (docs/voice.md).")


@voice.command()
@click.argument("text", nargs=-1, required=True)
def say(text: tuple[str, ...]) -> None:
    """Speak TEXT as a reply would be spoken, with the current settings."""
    from assistant.doors.devices import aloud

    trouble = aloud(settings_file.load(paths.settings_file()), " ".join(text))
    if trouble:
        raise SpeechError(trouble)
