"""Ends every door in every state by a signal, a closed pipe, terminal or input; it must be quiet.

``python -m tests.hostile.signals --rounds 100`` (or ``--seconds 600``), with ``--seed``: a round
starts a program on a terminal of its own, ends it at a moment drawn by chance, and looks at its
exit code, at what it printed, at the terminal and at what it had acknowledged.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import random
import re
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import time
import tomllib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 15.0
"""Seconds within which a program that is told to end must."""

CODES = {"INT": 130, "^C": 130, "TERM": 143, "HUP": 129, "STOP": 130, "HANGUP": 129, "PIPE": 141}
"""How a program ends after each way; STOP suspends it and lets it go on before Ctrl-C."""

INPUT = "EOF"
"""The way that only closes the input: whoever reads it ends by itself."""

NOISE = re.compile(rb"Traceback|Fatal Python|Exception ignored|_enter_buffered|[A-Z]\w+Error\b")
"""What nobody should see on a terminal."""

SLEEPER = """
import time
from assistant import Skill

skill = Skill("sleeper")


@skill.intent("take a nap")
def nap() -> str:
    \"\"\"Sleep.\"\"\"
    time.sleep(6)
    return "That was good."
"""


@dataclass(frozen=True)
class Door:
    """A program: its words, what is typed, how long its states last, how it ends by itself.

    To one that ``asks`` the line that is to show it a closed pipe is an answer: no.
    """

    words: tuple[str, ...]
    typed: tuple[str, ...] = ()
    lasts: float = 1.2
    alone: tuple[int, ...] = (0,)
    reads: bool = False
    screen: bool = False
    asks: bool = False


NAP = ("take a nap",)
LIST = tuple(f"add thing{n} to my shopping list" for n in range(40))
DOORS = {
    "say": Door(("say", "what time is it")),
    "say, a skill sleeps": Door(("say", *NAP, "--skill", "{sleeper}"), lasts=3),
    "say, waiting": Door(("say",), lasts=2, reads=True),
    "say --json": Door(("say", "--json", "what can you do")),
    "plain, waiting": Door(("chat", "--plain"), lasts=3, reads=True),
    "plain, writing": Door(("chat", "--plain"), LIST, lasts=3, reads=True),
    "plain, a skill sleeps": Door(
        ("chat", "--plain", "--skill", "{sleeper}"), NAP, lasts=4, reads=True
    ),
    "chat": Door(("chat",), lasts=3, screen=True, reads=True),
    "chat, a skill sleeps": Door(
        ("chat", "--skill", "{sleeper}"), NAP, lasts=4, screen=True, reads=True
    ),
    "settings set": Door(("settings", "set", "time_format", "12h"), lasts=0.5),
    "settings": Door(("settings",)),
    "history export": Door(("history", "export"), lasts=0.5),
    "history": Door(("history", "list"), lasts=0.5),
    "history forget": Door(
        ("history", "forget", "--before", "2000-01-01"), alone=(0, 130), asks=True
    ),
    "skills": Door(("skills",), lasts=0.8),
    "skills check": Door(("skills", "check"), lasts=1.5),
    "models": Door(("models",), lasts=0.8),
    "models check": Door(("models", "check"), lasts=2),
    "test": Door(("test", "{rows}"), lasts=2, alone=(0, 1, 2)),
    "help": Door(("--help",), lasts=0.3),
}
SPEECH = {
    "transcribe": Door(("transcribe", "{sound}", "{sound}"), lasts=3, alone=(0, 1)),
    "listen --file": Door(("listen", "--file", "{sound}"), lasts=3, alone=(0, 1, 3, 4)),
}
"""These need recordings: ``$ASSISTANT_SHARED``."""


@dataclass
class Campaign:
    """A home, what is ended in it, and what came of it."""

    home: Path
    random: random.Random
    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)

    def files(self) -> dict[str, str]:
        """Write the files the doors are given; return them by name."""
        found = {"sleeper": self.home / "sleeper.py", "rows": self.home / "rows.tsv"}
        found["sleeper"].write_text(SLEEPER, encoding="utf-8")
        found["rows"].write_text("what time is it\tclock.time\n" * 200, encoding="utf-8")
        shared = Path(os.environ.get("ASSISTANT_SHARED", "/nowhere"), "speech", "assistant_real")
        sounds = sorted(shared.rglob("*.flac"))
        sound = sounds[0] if sounds else None
        return {k: str(v) for k, v in found.items()} | ({"sound": str(sound)} if sound else {})

    def round(self, name: str, door: Door, way: str, after: float) -> None:
        """Run a door, end it, and look at everything."""
        files = self.files()
        program = Program([word.format(**files) for word in door.words], self.home, way)
        try:
            program.talk(door.typed, after)
            program.end()
            code = program.wait()
            if program.python_starts():
                self.ended["while Python starts"] += 1
                return
            for fault in self._faults(door, way, program, code):
                self.wrong.append(f"{name}, {way} after {after:.2f} s: {fault}")
        finally:
            program.close()
        self.ended[way if code not in door.alone else "by itself"] += 1

    def _faults(self, door: Door, way: str, program: Program, code: int | None) -> list[str]:
        allowed = {*door.alone, CODES.get(way, 0), *(CODES.values() if way == "HANGUP" else ())}
        answered = way == INPUT or (way == "PIPE" and door.asks)
        found = []
        if code is None:
            found.append(f"does not end within {PATIENCE:g} s")
        elif code not in allowed and not (answered and code in (1, 130)):
            found.append(f"exit code {code}: {program.printed[-300:]!r}")
        if noise := NOISE.search(program.printed):
            found.append(f"{noise[0]!r}: {program.printed[-1500:].decode('utf-8', 'replace')}")
        found += program.unlike_before(door)
        return found + self._lost(program)

    def _lost(self, program: Program) -> list[str]:
        """Tell what was acknowledged and is not kept."""
        found = []
        database = self.home / "assistant.db"
        if database.exists():
            with sqlite3.connect(database) as db:
                if (sound := db.execute("pragma integrity_check").fetchone()[0]) != "ok":
                    found.append(f"the database: {sound}")
                told = " ".join(str(row) for row in db.execute("select reply from turns"))
            self.kept |= {m.decode() for m in re.findall(rb"Added (thing\d+) to", program.printed)}
            found += [
                f"{each} was acknowledged and is lost" for each in self.kept if each not in told
            ]
        settings = self.home / "settings.toml"
        if settings.exists():
            table = tomllib.loads(settings.read_text(encoding="utf-8"))
            if b"time_format = 12h" in program.printed and table.get("time_format") != "12h":
                found.append("a setting was acknowledged and is lost")
        return found


class Program:
    """A process with a terminal of its own; what it prints is gathered."""

    def __init__(self, words: list[str], home: Path, way: str) -> None:
        self.way = way
        self.printed = b""
        self.terminal, self._inner = pty.openpty()
        self._before = termios.tcgetattr(self._inner)
        self._piped = os.pipe() if way == "PIPE" else None
        out = self._piped[1] if self._piped else self._inner
        self._process = subprocess.Popen(
            [sys.executable, "-m", "assistant", *words],
            stdin=self._inner,
            stdout=out,
            stderr=self._inner,
            env={**os.environ, "ASSISTANT_HOME": str(home), "TERM": "xterm-256color"},
            preexec_fn=_own_terminal,
        )
        if self._piped:
            os.close(self._piped[1])

    def talk(self, typed: tuple[str, ...], seconds: float) -> None:
        """Type line after line, and read what comes, for so long."""
        until = time.monotonic() + seconds
        lines = list(typed)
        while (left := until - time.monotonic()) > 0 and self._process.poll() is None:
            if lines and (b"you:" in self.printed or b"\x1b[?1049h" in self.printed):
                enter = "\r" if b"\x1b[?1049h" in self.printed else "\n"
                os.write(self.terminal, (lines.pop(0) + enter).encode())
            self._read(min(left, 0.05))

    def end(self) -> None:
        """End it, in the way that was chosen."""
        match self.way:
            case "^C":
                os.write(self.terminal, b"\x03")
            case "EOF":
                os.write(self.terminal, b"\x04\x04")
            case "PIPE":
                assert self._piped is not None
                os.close(self._piped[0])
                self._piped = None
            case "HANGUP":
                os.close(self._inner)
                os.close(self.terminal)
                self.terminal = self._inner = -1
            case "STOP":
                self._suspend()
                self._process.send_signal(signal.SIGCONT)
                time.sleep(0.2)
                self._process.send_signal(signal.SIGINT)
            case _:
                self._process.send_signal(getattr(signal, f"SIG{self.way}"))

    def _suspend(self) -> None:
        """Stop it as Ctrl-Z does; the screen is given up first by whoever draws one."""
        drawn = b"\x1b[?1049h" in self.printed
        self._process.send_signal(signal.SIGTSTP if drawn else signal.SIGSTOP)
        until = time.monotonic() + 5
        while not _stopped(self._process.pid) and time.monotonic() < until:
            self._read(0.02)

    def wait(self) -> int | None:
        """Return its exit code as a shell would; None where it does not end."""
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            self._read(0.05)
            if self.way == "PIPE" and self._process.poll() is None:
                # It notices at the next line it prints; whoever waits for words has to be told.
                with suppress(OSError):
                    os.write(self.terminal, b"what time is it\n\x04")
        self._read(0.05)
        code = self._process.poll()
        return 128 - code if code is not None and code < 0 else code

    def python_starts(self) -> bool:
        """Tell whether Ctrl-C came before any line of ours ran: then Python answers it."""
        return b"KeyboardInterrupt" in self.printed and b"__main__.py" not in self.printed

    def unlike_before(self, door: Door) -> list[str]:
        """Tell what of the terminal is not as it was."""
        if self.terminal < 0:
            return []
        found = []
        if termios.tcgetattr(self._inner) != self._before:
            found.append("the terminal's modes are others")
        drawn = self.printed.rpartition(b"\x1b[?1049h")
        if door.screen and drawn[1] and b"\x1b[?1049l" not in drawn[2]:
            found.append("the terminal shows the screen still")
        if self.printed.rfind(b"\x1b[?25l") > self.printed.rfind(b"\x1b[?25h"):
            found.append("the cursor is hidden")
        return found

    def close(self) -> None:
        """Kill it if it still runs, and close what is open."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for number in (self.terminal, self._inner, *((self._piped or ())[:1])):
            with suppress(OSError):
                os.close(number)

    def _read(self, seconds: float) -> None:
        from_ = [n for n in (self.terminal, self._piped[0] if self._piped else -1) if n >= 0]
        if not from_:
            time.sleep(seconds)
            return
        for number in select.select(from_, [], [], seconds)[0]:
            with suppress(OSError):
                self.printed += os.read(number, 65_536)


def _stopped(process: int) -> bool:
    """Tell whether a process is suspended, or gone."""
    with suppress(OSError):
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return state.split()[0] in "TZ"
    return True


def _own_terminal() -> None:
    """Make standard input the terminal that signals come from, in a session of its own."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for kind in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(kind, signal.SIG_DFL)


def ways_of(door: Door) -> list[str]:
    """Return how a door can be told to end."""
    ways = ["INT", "TERM", "HUP", "STOP", "HANGUP"]
    # The screen takes Ctrl-C for a key, and has no pipe.
    return ways if door.screen else [*ways, "^C", "PIPE", *([INPUT] if door.reads else [])]


def run(home: Path, seed: int, rounds: int, seconds: float, only: str = "") -> Campaign:
    """Run so many rounds, or for so long; every door is ended once before any is twice."""
    campaign = Campaign(home, random.Random(seed))
    doors = DOORS | (SPEECH if "sound" in campaign.files() else {})
    pairs = [(n, d, w) for n, d in doors.items() if only in n for w in ways_of(d)]
    until = time.monotonic() + seconds
    done = 0
    while done < rounds and time.monotonic() < until:
        if done % len(pairs) == 0:
            campaign.random.shuffle(pairs)
        name, door, way = pairs[done % len(pairs)]
        campaign.round(name, door, way, campaign.random.uniform(0.02, door.lasts))
        done += 1
    return campaign


def main() -> None:
    """Run the campaign of the command line; exit code 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--only", default="", help="only doors whose name has this")
    asked = parser.parse_args()
    if asked.rounds == 10**9 and asked.seconds == float("inf"):
        asked.rounds = 60
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), asked.seed, asked.rounds, asked.seconds, asked.only)
    for line in found.wrong:
        print(line)
    told = ", ".join(f"{count} {way}" for way, count in sorted(found.ended.items()))
    print(f"signals: {sum(found.ended.values())} ended ({told}), {len(found.wrong)} wrong")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
