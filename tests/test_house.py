"""The rules of the house: who may import whom, and how long a file may be."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

import assistant
from tests.house import (
    EXCEPTIONS,
    FILE_GRAPH,
    FILES,
    MAY_KNOW,
    MODULES,
    PACKAGE,
    PRINTERS,
    ROOM_GRAPH,
    ROOM_OF,
    ROOT,
    circles,
    imports_of,
    in_room,
    module_of,
    prints_of,
    reaches,
    room_of,
)

HEAVY = ("numpy", "torch", "textual", "vosk", "sounddevice", "sqlite_utils", "tokenizers")


WAYS_IN = (
    "import assistant.commands.chat, assistant.commands.say, assistant.commands.listen\n"
    "import assistant.tui.app, assistant.doors.plain, assistant.doors.shell\n"
    "import assistant.doors.listening"
)


def loaded_by(statement: str) -> set[str]:
    """Return the modules in ``sys.modules`` after a statement, in a process of its own."""
    code = f"{statement}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "never"),
    [
        ("import assistant", HEAVY),
        ("import assistant.skill.declared", HEAVY),
        ("import assistant.cli", HEAVY),
        (
            "import assistant.skill.registry",
            ("numpy", "torch", "textual", "sqlite_utils", "tokenizers"),
        ),
        ("import assistant.tui.app", ("torch", "numpy", "sqlite_utils", "tokenizers")),
        (
            "import assistant.engine",
            ("torch", "textual", "sqlite_utils", "assistant.conversation.assistant"),
        ),
        (
            WAYS_IN,
            ("assistant.measuring", "assistant.training", "torch"),
        ),
        (
            "import assistant.assembly, assistant.doors.shell",
            ("torch", "textual", "tokenizers", "yaml", "numpy", "sqlite_utils"),
        ),
    ],
)
def test_house_import_is_cheap(statement: str, never: tuple[str, ...]) -> None:
    """Importing a room loads no library that belongs to another."""
    modules = loaded_by(statement)

    assert not [name for name in never if name in modules]


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_house_libraries_stay_in_their_rooms(path: Path) -> None:
    """Each outside library is imported in its own rooms only, inside functions too."""
    module = module_of(path)
    for name in imports_of(path):
        library = name.partition(".")[0]
        if library == "assistant" or library in sys.stdlib_module_names:
            continue
        rooms = ROOM_OF.get(library, ())
        assert any(in_room(module, room) for room in rooms), (
            f"{module} imports {library}, which belongs to {', '.join(rooms) or 'no room yet'}"
        )


def test_house_rooms_know_only_their_neighbours() -> None:
    """A file imports of the package only what its room may know, or an exception says why."""
    for module, others in FILE_GRAPH.items():
        for other in others:
            room, known = room_of(module), room_of(other)
            asked = module.removeprefix("assistant."), other.removeprefix("assistant.")
            assert known == room or known in MAY_KNOW[room] or asked in EXCEPTIONS, (
                f"{module} imports {other}"
            )


def test_house_prints_in_one_place() -> None:
    """Nothing but the place where text meets a terminal prints, or a reason is given."""
    found = {module for module, path in MODULES.items() if prints_of(path)}

    assert found == set(PRINTERS)


def test_house_logs_in_one_place() -> None:
    """Only the log of the doors is written, which leaves out the words of errors."""
    writes = re.compile(r"(File|Stream)Handler\(|\bbasicConfig\b")
    found = {m for m, path in MODULES.items() if writes.search(path.read_text(encoding="utf-8"))}

    assert found == {"assistant.doors.logs"}


def test_house_has_no_permission_that_nobody_uses() -> None:
    """What a room may know but doesn't, an exception for nothing, and an empty room are errors."""
    used = {
        (room_of(module), room_of(other))
        for module, others in FILE_GRAPH.items()
        for other in others
        if (module.removeprefix("assistant."), other.removeprefix("assistant.")) not in EXCEPTIONS
    }
    asked = {
        (module.removeprefix("assistant."), other.removeprefix("assistant."))
        for module, others in FILE_GRAPH.items()
        for other in others
        if room_of(other) not in (room_of(module), *MAY_KNOW[room_of(module)])
    }
    libraries = {
        (name.partition(".")[0], room)
        for module, path in MODULES.items()
        for name in imports_of(path)
        for room in ROOM_OF.get(name.partition(".")[0], ())
        if in_room(module, room)
    }

    assert {(room, known) for room, names in MAY_KNOW.items() for known in names} - used == set()
    assert set(EXCEPTIONS) - asked == set()
    assert {(name, room) for name, rooms in ROOM_OF.items() for room in rooms} == libraries
    assert set(MAY_KNOW) == {room_of(module) for module in MODULES}


@pytest.mark.parametrize("graph", [FILE_GRAPH, ROOM_GRAPH], ids=["files", "rooms"])
def test_house_has_no_circles(graph: Mapping[str, Collection[str]]) -> None:
    """Nothing needs what needs it, whether files or rooms."""
    assert circles(graph) == []
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": []}) == [["b", "c"]]


def test_house_root_holds_what_belongs_to_no_room() -> None:
    """At most ten files lie loose at the root of the package."""
    assert len(list(PACKAGE.glob("*.py"))) <= 10


def test_house_only_commands_that_train_or_compare_load_training() -> None:
    """Nothing but its commands, a measurement that trains, and the rivals imports that room."""
    users = {
        module.removeprefix("assistant.")
        for module, others in FILE_GRAPH.items()
        if any(in_room(other, "assistant.training") for other in others)
        and not in_room(module, "assistant.training")
    }

    assert users == {
        "commands.models",
        "commands.train",
        "measuring.engines.export",
        "measuring.engines.runners",
        "measuring.intents",
    }


NETWORK = ("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "requests", "httpx")


def test_house_one_module_opens_sockets_for_one_command() -> None:
    """Only the downloading module can reach a network, and only `models get` imports it."""
    online = {module_of(p) for p in FILES for name in NETWORK if reaches(p, name)}
    users = {module_of(p) for p in FILES if reaches(p, "assistant.speech.models.download")}

    # Workers are handed their pipes over a pair of sockets, which no network knows.
    pair = (PACKAGE / "sandbox" / "nursery.py").read_text(encoding="utf-8")
    assert "AF_INET" not in pair
    assert "socketpair(socket.AF_UNIX)" in pair
    assert online == {"assistant.speech.models.download", "assistant.sandbox.nursery"}
    assert users == {"assistant.commands.models_speech"}
    loaded = loaded_by("import assistant.cli, assistant.commands.models_speech")
    assert "assistant.speech.models.download" not in loaded


def test_house_command_line_imports_a_group_of_commands_when_it_is_called() -> None:
    """A request from cold does not wait for commands that nobody asked for."""
    loaded = loaded_by("import assistant.cli")
    assert not [name for name in loaded if name.startswith("assistant.commands.")]


VOSK = re.compile(
    r"AcceptWaveform|(Partial|Final)Result|\.Result\(|KaldiRecognizer|Set(Words|MaxAlternatives)|"
    r"[\"'](partial|conf)[\"']"
)


def test_house_one_file_speaks_with_vosk() -> None:
    """Its API and the keys of its JSON stand where they are turned into plain values."""
    speaking = {m for m, path in MODULES.items() if VOSK.search(path.read_text(encoding="utf-8"))}

    assert speaking == {"assistant.speech.models.vosk"}


@pytest.mark.parametrize("path", sorted((ROOT / "skills").glob("*.py")), ids=lambda p: p.stem)
def test_house_skills_use_public_names(path: Path) -> None:
    """A bundled skill imports ``assistant`` itself and no room of it, like a stranger's."""
    inner = [name.split(".")[1] for name in imports_of(path) if name.startswith("assistant.")]

    assert set(inner) <= set(assistant.__all__)


@pytest.mark.parametrize(
    "path",
    sorted(p for top in ("assistant", "skills", "tests") for p in (ROOT / top).rglob("*.py")),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_house_files_are_short(path: Path) -> None:
    """No file is longer than 400 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
