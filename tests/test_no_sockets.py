"""No network socket is made by what was not asked to open one: not even to see what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.speech_material import BUNDLED, MODEL, copy, made_up, speech

ASSISTANT = (sys.executable, "-m", "assistant")

NETWORK = re.compile(r"\bsocket(?:pair)?\((AF_(?!UNIX|LOCAL)\w+)")
"""A socket of any kind but those between processes of one system."""

BARE = ("unshare", "--map-root-user", "--net")
"""Runs a program in a namespace of its own, in which there is no network interface."""


def run(*command: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program; return what it printed."""
    return subprocess.run(
        command, input=said, capture_output=True, text=True, timeout=120, check=False
    )


def sockets(tmp_path: Path, *command: str, said: str = "") -> list[str]:
    """Return the kinds of network sockets that a program and its children make."""
    trace = tmp_path / "trace"
    watched = ("strace", "-f", "-qq", "-e", "trace=%network", "-o", str(trace))
    done = run(*watched, *command, said=said)
    if not trace.exists():
        pytest.skip(f"system calls can't be traced here: {done.stderr:.200}")
    return NETWORK.findall(trace.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """Return where a trace is written, or skip."""
    if shutil.which("strace") is None or run("strace", "-qq", "-o", os.devnull, "true").returncode:
        pytest.skip("system calls can't be traced here: install strace")
    return tmp_path


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a recording; a real speech model is the one in use."""
    monkeypatch.setenv("VOSK_MODEL", str(BUNDLED))
    return str(speech("assistant_real/avs_timer.flac"))


def test_a_socket_is_seen(trace: Path) -> None:
    """The trace shows sockets of a child too, or the tests below could not fail."""
    asking = "import socket; socket.socket(socket.AF_INET6); socket.socketpair()"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {asking!r}])"
    assert sockets(trace, sys.executable, "-c", child) == ["AF_INET6"]


def test_what_hears_again_tells_nobody(tmp_path: Path) -> None:
    """ONNX Runtime readies nothing to tell its maker: some seconds later it would be sent."""
    hearing = "from assistant.speech.whisper import shelf; shelf.opened('').listen(bytes(32_000))"
    own = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", hearing], env={**os.environ, **own}, check=True)
    assert [path for path in tmp_path.rglob("*") if "onnxruntime" in path.name] == []


@pytest.mark.model
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("say", "what is 2 plus 2"), ""),
        (("chat", "--plain"), "what is 2 plus 2\n"),
        (("doctor",), ""),
    ],
    ids=["say", "chat", "doctor"],
)
def test_no_command_makes_a_socket(trace: Path, words: tuple[str, ...], said: str) -> None:
    assert sockets(trace, *ASSISTANT, *words, said=said) == []


@pytest.mark.parametrize("words", ["transcribe", "listen --file", "models check", "voice doctor"])
def test_no_command_that_hears_makes_a_socket(trace: Path, spoken: str, words: str) -> None:
    """Loading what hears makes none: the library's own HTTP client is never imported."""
    given = () if words in ("models check", "voice doctor") else (spoken,)
    assert sockets(trace, *ASSISTANT, *words.split(), *given) == []


def test_adding_a_speech_model_makes_no_socket(trace: Path, spoken: str) -> None:
    """Neither a real one nor one that is refused."""
    for folder in (copy(BUNDLED, trace / MODEL), made_up(trace / "made")):
        assert sockets(trace, *ASSISTANT, "models", "add", str(folder), "--name", "new") == []


@pytest.fixture
def bare() -> None:
    """Skip where no namespace without interfaces can be had."""
    if shutil.which("unshare") is None or run(*BARE, "true").returncode:
        pytest.skip("a network namespace of one's own is refused here")


@pytest.mark.model
@pytest.mark.usefixtures("bare")
def test_all_is_answered_where_there_is_no_network(spoken: str) -> None:
    """`say`, `chat --plain` and `transcribe` work in a namespace without interfaces."""
    reach = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    assert "unreachable" in run(*BARE, sys.executable, "-c", reach).stderr
    for words, said, told in (
        (("say", "what is 2 plus 2"), "", "4"),
        (("chat", "--plain"), "what is 2 plus 2\n", "4"),
        (("transcribe", spoken), "", "timer"),
    ):
        done = run(*BARE, *ASSISTANT, *words, said=said)
        assert done.returncode == 0
        assert told in done.stdout
