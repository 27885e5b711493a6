"""The chat in a real terminal: a tmux of its own, whose screen is read."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.listening import PATIENCE


class Chat:
    """The chat in a tmux of its own."""

    def __init__(self, environment: Mapping[str, str], home: Path) -> None:
        """Start it on a home; the socket lies in HOME, whose path must be short."""
        self.environment = {
            **environment,
            "ASSISTANT_HOME": str(home),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
        }
        self.environment.pop("TMUX", None)
        self._socket = f"{environment['HOME']}/{home.name}.tmux"
        command = f"{sys.executable} -m assistant chat"
        self._tmux("new-session", "-d", "-x", "100", "-y", "30", command)

    def press(self, *keys: str) -> None:
        """Press keys."""
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        """Return what is on the screen."""
        return self._tmux("capture-pane", "-p")

    def until(self, *words: str) -> str:
        """Return the screen as soon as all the words are on it; they must come."""
        end = time.monotonic() + PATIENCE
        while True:
            screen = self.screen()
            if all(each in screen for each in words):
                return screen
            assert time.monotonic() < end, f"{words} did not come:\n{screen}"
            time.sleep(0.1)

    def until_ended(self) -> None:
        """Return as soon as the chat has left its terminal."""
        end = time.monotonic() + PATIENCE
        while self._tmux("list-sessions", check=False):
            assert time.monotonic() < end, self.screen()
            time.sleep(0.1)

    def close(self) -> None:
        """End it, however it stands."""
        self._tmux("kill-server", check=False)

    def _tmux(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
        )
        return done.stdout
