"""``assistant settings``: what can be set, and setting it."""

from __future__ import annotations

from dataclasses import asdict

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.commands.installed import be_installed
from assistant.doors import terminal


@click.group(invoke_without_command=True)
@click.pass_context
def settings(context: click.Context) -> None:
    """Show or change the settings."""
    if context.invoked_subcommand is None:
        context.invoke(show)


@settings.command()
def show() -> None:
    """Show every setting with its value and what is allowed."""
    current = settings_file.load(paths.settings_file())
    for name, value in asdict(current).items():
        terminal.tell(f"{name} = {_shown(value)}    ({_allowed(name)})")
    if (missed := _missed(current)) is not None:
        acting, asking = missed
        terminal.tell(
            f"With false_accepts = {current.false_accepts:g} the installed skills do not act on "
            f"{acting:.1%} of their own examples, asked without having learnt them; with asking = "
            f"{current.asking:g} they refuse {asking:.1%}, and ask “Did you mean …?” of the rest."
        )
    terminal.tell(f"They live in {paths.settings_file()}.")


@settings.command("set")
@click.argument("name")
@click.argument("value")
def set_(name: str, value: str) -> None:
    """Set NAME to VALUE (keys.ACTION KEY remaps a key of the chat)."""
    changed = settings_file.save(paths.settings_file(), name, value, be_installed)
    top = name.partition(".")[0]
    terminal.tell(f"{name} = {_shown(getattr(changed, top))}")


def _missed(current: settings_file.Settings) -> tuple[float, float] | None:
    """Return what the budgets cost: commands not acted on, and refused; None without weights."""
    from assistant.assembly import intent_model, registry

    model = intent_model(current)
    if not model.prepare(registry(current).skills):
        return None
    acting = model.missed(current.false_accepts)
    return acting, min(acting, model.missed(max(current.false_accepts, current.asking)))


def _allowed(name: str) -> str:
    if name in settings_file.ALLOWED:
        return "one of " + ", ".join(settings_file.ALLOWED[name])
    if name in settings_file.RANGES:
        least, most = settings_file.RANGES[name]
        return f"a number from {least:g} to {most:g}"
    others = {
        "timezone": "a zone such as Europe/Berlin; empty follows the system",
        "voice_name": "a voice, see assistant voice list; empty takes the best one",
        "voice_folder": "a folder of voices, see assistant voice list; empty means none",
        "recognizer": "vosk, or the name a package gives its own",
        "microphone": "a device, see assistant voice doctor; empty follows the system",
        "speech_model": "a speech model, see assistant models; empty takes yours, else the bundled",
        "second_hearing": "a Whisper model; empty takes the bundled one, off none",
        "wake_word": "a phrase such as hey computer; empty means none",
        "intent_model": "a checkpoint, see assistant models",
        "feature_model": "a checkpoint, see assistant models",
        "disabled": "names of skills, see assistant skills",
        "trusted": "names of packages, see assistant skills trust",
        "keys": 'set one by one: assistant settings set keys.inspector "f6"',
    }
    return others[name]


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in value.items()) or "as they come"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value) if value != "" else "(empty)"
