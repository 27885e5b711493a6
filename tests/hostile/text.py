"""One hostile string through every command: found by walking the tree of commands and parameters.

``python -m tests.hostile.text`` runs every variant; the tests run half of them.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from unittest import mock

import click

from assistant import paths
from assistant.cli import commands, main

NAME = "x\x1b]52;c;eA==\x07\x9b31m\u202e\u200b[b]"
"""A name: it writes a clipboard, turns colours and the direction, and hides a character."""

HALF = NAME + "\udcff"
"""The same with a byte that is no UTF-8, as Python hands it over."""

STARTS_LONG_WORK = {"bench", "train", "eval"}
"""Commands that measure or learn for minutes: only what is wrong about their words is tried."""

WITH = {("listen",): ("--file", "{home}/files/x.wav"), ("voice", "doctor"): (f"--{NAME}",)}
"""What keeps commands from a microphone: a file that is none, an option there is not."""

SETTINGS = ("time_format", "false_accepts", "wake_word", "timezone", "disabled", "keys.talk")
"""A setting of each kind."""

SKILL = f"""
from datetime import timedelta

from assistant import Alarms, Clock, Memory, Skill

skill = Skill("hostile", description={NAME!r})


@skill.intent("tell me all of it", "tell me all of it now")
def tell() -> str:
    \"\"\"Tell.\"\"\"
    return {NAME!r} + "\\ud800\\n[/ABC-1.] \\x1b[2J"


@skill.intent("remember it")
def remember(memory: Memory, alarms: Alarms, clock: Clock) -> str:
    \"\"\"Keep something, and ring at once.\"\"\"
    memory["x"] = {NAME!r} + "\\ud800"
    alarms.add(clock.now() + timedelta(seconds=1), {NAME!r} + "\\ud800 [/ABC-1.]")
    return "Done."


@skill.intent("fail at it")
def fail() -> str:
    \"\"\"Fail.\"\"\"
    print({NAME!r})
    raise ValueError({NAME!r} + "\\ud800")
"""

SAID = f"tell me all of it\nfail at it\nremember it\nadd {NAME} to my list\nnote that {NAME}\n"
"""What is said where lines are read."""


def furnish(home: Path) -> None:
    """Fill a home with hostile names, settings, skills, models and sessions."""
    for folder in ("skills", f"models/{NAME}", f"models/broken{NAME}", f"files/{NAME}"):
        (home / folder).mkdir(parents=True)
    (home / "skills/hostile.py").write_text(SKILL, encoding="utf-8")
    (home / f"skills/{NAME}.py").write_text(f"raise ValueError({NAME!r})", encoding="utf-8")
    for file in (paths.bundled() / "models/intent-distilbert").iterdir():
        (home / f"models/{NAME}" / file.name).symlink_to(file)
    card = home / f"models/{NAME}/card.md"
    card.unlink(missing_ok=True)
    card.write_text(f"# {NAME}\n{NAME}\n", encoding="utf-8")
    (home / f"models/broken{NAME}/config.json").write_text(f'{{"x": "{NAME}', encoding="utf-8")
    (home / f"files/{NAME}.txt").write_text(f"{NAME}\tx\n{NAME}\n", encoding="utf-8")
    words = "\n".join(
        f"{name} = {_toml(NAME)}"
        for name in ("voice_name", "microphone", "speech_model", "wake_word", "intent_model")
    )
    (home / "settings.toml").write_text(f"{words}\ndisabled = [{_toml(NAME)}]\n", encoding="utf-8")


def _toml(text: str) -> str:
    return '"' + "".join(f"\\U{ord(sign):08x}" for sign in text) + '"'


@dataclass(frozen=True)
class Variant:
    """Words of a command line."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.words).encode("unicode_escape").decode("ascii")


def leaves(
    command: click.Command = commands, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command that does something, with the words that lead to it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        if command.invoke_without_command:
            yield path, command
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from leaves(inner, (*path, name))
    else:
        yield path, command


def variants(home: Path, names: tuple[str, ...] = (NAME, HALF)) -> Iterator[Variant]:
    """Yield command lines: each parameter of each command is hostile in one of them."""
    for name in names:
        yield Variant((name,))
        yield Variant((f"--{name}",))
        yield from (Variant(("settings", "set", each, name)) for each in SETTINGS)
    for path, command in leaves():
        yield Variant((*path, f"--{NAME}"))
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        options = [p for p in command.params if isinstance(p, click.Option)]
        for name in names:
            given = tuple(_value(each, home, name) for each in arguments)
            given += tuple(word.format(home=home) for word in WITH.get(path, ()))
            if _may_run(path, arguments):
                yield Variant((*path, *given))
            for option in options:
                told = () if option.is_flag else (_value(option, home, name),)
                if _may_run(path, [option] if told else arguments):
                    yield Variant((*path, option.opts[-1], *told, *given))


def _value(parameter: click.Parameter, home: Path, name: str) -> str:
    """Return a hostile value for a parameter: a name, or a file or folder there is."""
    kind = parameter.type
    if isinstance(kind, click.Path):
        return str(home / "files" / (name if not kind.file_okay else f"{name}.txt"))
    return name


def _may_run(path: tuple[str, ...], hostile: list[click.Parameter] | list[click.Argument]) -> bool:
    """Tell whether a command may be run with something hostile for these parameters."""
    if set(path) & STARTS_LONG_WORK:
        return any(isinstance(p.type, click.Choice | click.types.IntParamType) for p in hostile)
    return True


@contextmanager
def streams(home: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Give files of what is written to standard output and error while the block runs."""
    (home / "said.txt").write_text(SAID, encoding="utf-8")
    logger = logging.getLogger("assistant")
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(logger, "propagate", new=False))
        stack.enter_context(mock.patch.object(logger, "handlers", []))
        outs = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        for number, (name, out) in enumerate(zip(("stdout", "stderr"), outs, strict=True), 1):
            # What C prints, or a door that gives itself another standard error, is seen too.
            before = stack.enter_context(os.fdopen(os.dup(number), "wb"))
            stack.callback(os.dup2, before.fileno(), number)
            os.dup2(out.fileno(), number)
            # Strict, as a terminal's is: half a pair can't be written.
            stream = os.fdopen(number, "w", encoding="utf-8", closefd=False)
            stack.enter_context(stream)
            stack.enter_context(mock.patch.object(sys, name, stream))
        said = stack.enter_context((home / "said.txt").open(encoding="utf-8"))
        stack.enter_context(mock.patch.object(sys, "stdin", said))
        stack.enter_context(mock.patch.dict(os.environ, {"PAGER": "cat"}))
        yield outs[0], outs[1]


def faults(variant: Variant, home: Path) -> list[str]:
    """Run a command line; return what of its output could steer a terminal, and errors of ours."""
    code: object = 0
    with streams(home) as (out, err), mock.patch.object(sys, "argv", ["assistant", *variant.words]):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told as a fault
            code = f"none, but {type(error).__name__}"
        printed = b"".join(file.seek(0) * b"" + file.read() for file in (out, err))
    found = [f"{raw!r} is printed raw" for raw in sorted(raw_signs(printed.decode("utf-8")))]
    if code == 70 or isinstance(code, str) or b"Traceback" in printed:
        found.append(f"exit code {code}: {printed[-400:].decode('utf-8')}")
    return found


def raw_signs(text: str) -> set[str]:
    """Return the characters of a text that steer or hide."""
    return {
        sign
        for sign in set(text) - {"\n", "\t"}
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }


def campaign() -> None:
    """Run every variant, or as many as there is time for; exit code 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of their order")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    asked = parser.parse_args()
    wrong: list[str] = []
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["ASSISTANT_HOME"] = folder
        furnish(home)
        tried = list(variants(home))
        random.Random(asked.seed).shuffle(tried)
        until = time.monotonic() + asked.seconds
        for variant in tried:
            if time.monotonic() > until:
                break
            wrong += [f"{variant}: {fault}" for fault in faults(variant, home)]
            done += 1
    for line in wrong:
        print(line.encode("unicode_escape").decode("ascii"))
    print(f"text: {done} of {len(tried)} command lines, {len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    campaign()
