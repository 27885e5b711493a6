"""The command line: which commands there are, and how it ends; each is imported when called."""

from __future__ import annotations

import errno
import importlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from assistant import __version__, paths
from assistant.errors import AssistantError

COMMANDS = {
    "backup": "backup:backup",
    "bench": "bench:bench",
    "chat": "chat:chat",
    "doctor": "doctor:doctor",
    "eval": "eval_speech:evaluate",
    "history": "history:history",
    "listen": "listen:listen",
    "models": "models:models",
    "restore": "backup:restore",
    "say": "say:say",
    "settings": "settings:settings",
    "skills": "skills:skills",
    "test": "test:test",
    "train": "train:train",
    "transcribe": "transcribe:transcribe",
    "voice": "voice:voice",
    "why": "why:why",
}
"""Each command's file in the room of commands, and its name there."""

STOPPED = 130
"""The exit code after Ctrl-C."""

CTRL_C = "\n"
"""What ends the line on which a terminal shows ``^C``."""


class Commands(click.Group):
    """The commands, imported when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        file, _, name = COMMANDS[cmd_name].partition(":")
        module = importlib.import_module(f"assistant.commands.{file}")
        found: click.Command = getattr(module, name)
        return found

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the command line, which may print help."""
        with _told_to_end():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        with _told_to_end():
            return super().invoke(ctx)


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Give a signal or a closed stream the usual code; click would make 1 of some."""
    from assistant.doors.ending import CLOSED, Ended

    try:
        yield
    except Ended as told:
        if told.code == STOPPED:
            _end(f"{CTRL_C if sys.stderr.isatty() else ''}Stopped.", STOPPED)
        sys.exit(told.code)
    except BrokenPipeError:
        sys.exit(CLOSED[errno.EPIPE])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assistant")
def commands() -> None:
    """Understands, acts and remembers on this device. `assistant chat` opens the screen."""


def main() -> None:
    """Run the command line; a user's problem is one sentence on standard error."""
    from assistant.doors import ending

    ending.open_streams()
    os.umask(0o077)  # whatever is written is its owner's alone
    with ending.heeded():
        _run()


def _run() -> None:
    from assistant.doors.ending import CLOSED, hung_up
    from assistant.doors.logs import keep_log

    try:
        keep_log()
        commands.main(prog_name="assistant", standalone_mode=False)
    except click.exceptions.Abort:
        _end("Stopped.", STOPPED)
    except click.ClickException as error:
        _end(_shown(error), error.exit_code)
    except AssistantError as error:
        _end(str(error), 1)
    except UnicodeEncodeError as error:
        _end(f"“{error.object}” is no text that can be kept: say it in UTF-8.", 1)
    except Exception as error:
        if isinstance(error, OSError) and hung_up():
            sys.exit(CLOSED[errno.EIO])
        logging.getLogger("assistant").exception("the command failed")
        kind = type(error).__name__
        _end(f"Something went wrong ({kind}: {error}); {paths.log_file()} has the details.", 70)


def _shown(error: click.ClickException) -> str:
    """Return what click tells of a command line that is wrong."""
    told = io.StringIO()
    error.show(told)
    return told.getvalue().rstrip("\n")


def _end(sentence: str, code: int) -> None:
    from assistant.doors import terminal

    with suppress(KeyboardInterrupt):
        terminal.tell(sentence, lines=True, aside=True)
    sys.exit(code)
