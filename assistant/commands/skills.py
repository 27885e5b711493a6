"""``assistant skills``: what is installed, and help with one's own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.commands import installed
from assistant.commands.rights import rights, trust
from assistant.commands.suggest import suggest
from assistant.doors import terminal
from assistant.errors import SettingsError, SkillLoadError, SpeechError

if TYPE_CHECKING:
    from assistant.skill.declared import Skill

NEW = '''"""{title}: say what it does in a line."""

from assistant import Skill

skill = Skill("{name}")


@skill.intent("greet {{person}}", "wave at {{person}}")
def greet(person: str = "you") -> str:
    """Greet somebody."""
    return f"Hello, {{person}}!"
'''


@click.group(invoke_without_command=True)
@click.pass_context
def skills(context: click.Context) -> None:
    """List, check, make and switch skills."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


skills.add_command(rights)
skills.add_command(suggest)
skills.add_command(trust)


@skills.command("list")
def list_() -> None:
    """List the installed skills and their state."""
    from assistant.assembly import registry
    from assistant.doors.news import in_the_way

    chosen = settings_file.load(paths.settings_file())
    found = registry(chosen).skills
    for each in found.installed:
        name = each.skill.name
        state = "off" if name in found.disabled else each.origin
        count = len(each.skill.intents)
        plural = "s" if count != 1 else ""
        terminal.tell(f"{name:14} {state:10} {count:3} intent{plural:1}  {each.skill.description}")
    for broken in found.broken:
        terminal.tell(f"{'broken':14} {broken.message}")
    for line in in_the_way(found, chosen):
        terminal.tell(line)
    terminal.tell(f"Your own go into {paths.user_skills()}.")


@skills.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def check(file: Path | None) -> None:
    """Check every installed skill, or the one in FILE, and tell where it is wrong."""
    from assistant.assembly import registry

    files = (file,) if file else ()
    found = registry(settings_file.load(paths.settings_file()), files).skills
    broken = [b for b in found.broken if file is None or b.source == str(file)]
    for bad in broken:
        terminal.aside(bad.message)
    if broken:
        raise SkillLoadError("Mend this, then check again.")
    for each in found.installed:
        if file is None or each.source == str(file):
            examples = sum(len(i.examples) for i in each.skill.intents.values())
            terminal.tell(f"{each.skill.name}: fine, {examples} examples.")
            for line in found.covered(each.skill.name):
                terminal.tell(line)
            _tell_unheard(each.skill)


def _tell_unheard(skill: Skill) -> None:
    """Tell which words of a skill the speech model does not know, where there is a model."""
    from assistant.speech.hearing import soundalikes
    from assistant.speech.models import layout, shelf

    try:
        folder = shelf.find("", os.environ, paths.user_models())
    except SpeechError:
        return
    known = layout.known_words(folder)
    unknown = unheard(skill, known) if known else []
    if not unknown:
        return
    like = soundalikes.sound_alike(unknown[0], known, 1)
    told = f"{skill.name}: the speech model {folder.name} does not know {', '.join(unknown)}."
    hint = f'sounds_like={{"{unknown[0]}": "{like[0] if like else "..."}"}}'
    terminal.tell(f'{told} Say how they sound: Skill("{skill.name}", {hint}).')


def unheard(skill: Skill, known: Iterable[str]) -> list[str]:
    """Return the words of a skill's examples that are not known, nor respelt by ``sounds_like``."""
    from assistant.understanding.spoken.phrases import ANYTHING, sentences

    said = {word for text in sentences(skill.intents.values(), {}) for word in text.split()}
    return sorted(said - set(known) - set(skill.sounds_like) - {ANYTHING})


@skills.command()
@click.argument("name")
def new(name: str) -> None:
    """Write a skill called NAME to start from, into the user's skills folder."""
    if not name.isidentifier():
        raise SkillLoadError(f"A skill can't be called “{name}”: use letters, digits and _ only.")
    from assistant.assembly import registry

    known = registry(settings_file.load(paths.settings_file())).skills.installed
    if taken := next((each for each in known if each.skill.name == name), None):
        raise SkillLoadError(f"There is a skill {name} already ({taken.source}); name another.")
    path = paths.user_skills() / f"{name}.py"
    if path.exists():
        raise SkillLoadError(f"{path} is there already; choose another name.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NEW.format(name=name, title=name.capitalize()), encoding="utf-8")
    except OSError as error:
        raise SkillLoadError(f"{path} can't be written: {error.strerror}.") from error
    terminal.tell(f"{path} is written; open chats use it within two seconds.")


@skills.command()
@click.argument("name")
def enable(name: str) -> None:
    """Switch the skill NAME on."""
    _switch(name, on=True)


@skills.command()
@click.argument("name")
def disable(name: str) -> None:
    """Switch the skill NAME off."""
    _switch(name, on=False)


def _switch(name: str, *, on: bool) -> None:
    current = settings_file.load(paths.settings_file())
    if on and name not in current.disabled and name not in (known := installed.skills(current)):
        hint = settings_file.meant(name, known) or f"there are: {', '.join(known)}."
        raise SettingsError(f"There is no skill “{name}”: {hint}")
    off = set(current.disabled) - {name} if on else {*current.disabled, name}
    wanted = " ".join(sorted(off))
    settings_file.save(paths.settings_file(), "disabled", wanted, installed.be_installed)
    terminal.tell(f"The skill {name} is {'on' if on else 'off'}.")
