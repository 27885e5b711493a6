"""``assistant skills rights`` and ``trust``: what the skills of others may do."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.commands.installed import be_installed
from assistant.doors import terminal
from assistant.errors import SettingsError

if TYPE_CHECKING:
    from assistant.skill.loading import Installed
    from assistant.skill.registry import Skills


@click.command()
@click.argument("name", required=False)
@click.option("--allow/--forbid", "allow", default=None, help="Let it have what it declares.")
def rights(name: str | None, allow: bool | None) -> None:
    """Tell what the skills of others may reach for, or let the skill NAME have it or not.

    A skill that is not bundled may only do what it declares and you allow; it asks once, when it
    is first used.
    """
    from assistant.assembly import assemble
    from assistant.sandbox import confine

    with closing(assemble(settings_file.load(paths.settings_file()))) as assistant:
        others = [each for each in assistant.skills.installed if each.origin != "bundled"]
        known = {each.skill.name: each for each in others}
        if name is not None and name not in known:
            names = ", ".join(sorted(known)) or "none yet"
            raise SettingsError(f"There is no skill “{name}” of others; there are: {names}.")
        if name is not None and allow is not None:
            assistant.permit(name, allow=allow, at=datetime.now(UTC))
        for each in others if name is None else [known[name]]:
            terminal.tell(_told(each, assistant.skills, assistant.permitted(each.skill.name)))
    if not others:
        terminal.tell("There are only bundled skills, which need no leave.")
    if why_not := confine.supported():
        terminal.aside(why_not)


def _told(each: Installed, skills: Skills, allowed: bool | None) -> str:
    name, wants = each.skill.name, each.skill.reach.told
    if not skills.confined(name):
        return f"{name} may do all that you may: its package is trusted."
    if not wants:
        return f"{name} may reach for nothing, and declares nothing."
    state = {True: "may", False: "may not, though it wants to,", None: "will ask whether it may"}
    return f"{name} {state[allowed]} {wants}."


@click.command()
@click.argument("package")
@click.option("--no", is_flag=True, help="Trust it no more.")
def trust(package: str, no: bool) -> None:
    """Let the code of the installed PACKAGE do all that you may, e.g. as it brings a recognizer."""
    current = settings_file.load(paths.settings_file())
    trusted = set(current.trusted) - {package} if no else {*current.trusted, package}
    wanted = " ".join(sorted(trusted))
    settings_file.save(paths.settings_file(), "trusted", wanted, be_installed)
    terminal.tell(f"{package} is {'no longer ' if no else ''}trusted, from the next start on.")
