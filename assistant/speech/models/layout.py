"""Which files a Vosk model is made of, and whether each is whole (see Vosk 0.3.45, model.cc)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant import files
from assistant.errors import SpeechError
from assistant.speech.models import fst

RECORD = "added.json"
"""The file in an added model's folder that keeps what was found out about it."""

AGAIN = "get the model again from where it came from"


@dataclass(frozen=True)
class Layout:
    """Where the parts lie: in folders, or side by side as before 2020."""

    network: str
    options: tuple[str, ...]
    features: str
    graph: str
    boundary: str

    def graph_file(self, name: str) -> str:
        """Return the path of a file of the graph."""
        return f"{self.graph}{name}"


FOLDERS = Layout(
    "am/final.mdl",
    ("conf/model.conf",),
    "conf/mfcc.conf",
    "graph/",
    "graph/phones/word_boundary.int",
)
FLAT = Layout("final.mdl", (), "mfcc.conf", "", "word_boundary.int")

TOGETHER = {
    "ivector/final.ie": (
        "ivector/final.dubm",
        "ivector/final.mat",
        "ivector/global_cmvn.stats",
        "ivector/online_cmvn.conf",
        "ivector/splice.conf",
    ),
    "rescore/G.carpa": ("rescore/G.fst",),
    "rnnlm/final.raw": (
        "rnnlm/feat_embedding.final.mat",
        "rnnlm/special_symbol_opts.conf",
        "rnnlm/word_feats.txt",
    ),
}
"""Parts a model may have or not, each with the files it needs."""

SMALLEST = {".mdl": 10_000, ".fst": 200, ".ie": 1_000, ".carpa": 1_000, ".raw": 1_000}
"""Bytes below which a file of that kind can't be one; any other must not be empty."""

LARGEST = 100_000_000
"""Bytes of a text, at most; the longest list of words has 10 million."""

DIGITS = 10
"""Of a number, at most."""

RATES = (8_000, 16_000)
"""Samples a second a model may be made for: our 16 kHz can be brought down, not up."""


def layout_of(names: set[str]) -> Layout | None:
    """Return how the files of a folder (paths relative to it) are laid out; None is no model."""
    if FOLDERS.network in names or FOLDERS.options[0] in names:
        return FOLDERS
    return FLAT if FLAT.network in names and FLAT.features in names else None


def missing(names: set[str], layout: Layout) -> list[str]:
    """Return the files that a model with these files lacks."""
    needed = {layout.network, *layout.options, layout.boundary}
    filter_bank = layout.features.replace("mfcc", "fbank")
    if filter_bank not in names or layout is FLAT:
        needed.add(layout.features)
    if layout.graph_file("HCLG.fst") not in names:
        needed |= {layout.graph_file(n) for n in ("HCLr.fst", "Gr.fst", "disambig_tid.int")}
    for part, others in TOGETHER.items():
        if any(name.startswith(part.partition("/")[0] + "/") for name in names):
            needed |= _of_part(part, others, names)
    return sorted(needed - names)


def has_grammars(names: set[str], layout: Layout) -> bool:
    """Tell whether the model can be limited to what can be said now: its graph is not fixed."""
    return layout.graph_file("HCLG.fst") not in names


def check_files(folder: Path, names: set[str], layout: Layout) -> None:
    """Read what Vosk would take as it is. Raises SpeechError naming the file that is damaged."""
    for name in sorted(names):
        least = SMALLEST.get(Path(name).suffix, 1)
        size = (folder / name).stat().st_size
        if size < least and name not in ("README", "README.md"):
            raise SpeechError(f"{folder / name} has only {size} bytes: {AGAIN}.")
    for name in sorted(names):
        if name.endswith(".fst") and not fst.is_whole(folder / name):
            raise SpeechError(f"{folder / name} is damaged or cut off: {AGAIN}.")
    _check_words(folder, layout)
    _check_boundaries(folder, layout)
    if layout.graph_file("disambig_tid.int") in names:
        _check_disambiguation(folder, layout)


def rate(folder: Path, names: set[str], layout: Layout) -> int:
    """Return the samples a second the model was made for. Raises SpeechError for others."""
    features = layout.features
    if features not in names:
        features = features.replace("mfcc", "fbank")
    path = folder / features
    value = "16000"
    for line in _text(path).splitlines():
        key, _, given = line.partition("#")[0].strip().partition("=")
        if key.strip() == "--sample-frequency":
            value = given.strip()
    try:
        found = round(float(value))
    except (ValueError, OverflowError):
        found = 0
    if found not in RATES:
        raise SpeechError(
            f"The model is made for {value[:20] or 'no'} samples a second ({path}); "
            "take one for 16000 or 8000."
        )
    return found


def vocabulary(folder: Path, names: set[str], layout: Layout) -> list[str]:
    """Return the words the model knows; maybe none."""
    found = numbers(folder, names, layout)
    return [word for word in found if not word.startswith(("<", "#", "[", "!"))]


def numbers(folder: Path, names: set[str], layout: Layout) -> dict[str, int]:
    """Return the words and marks of ``words.txt``, else of its graph, with their numbers."""
    listed = layout.graph_file("words.txt")
    if listed in names:
        rows = (row.split() for row in _lines(folder / listed))
        return {row[0]: int(row[1]) for row in rows if len(row) == 2 and _is_number(row[1])}
    graphs = (layout.graph_file(n) for n in ("HCLG.fst", "Gr.fst"))
    return fst.words(folder / next(g for g in graphs if g in names))


def _of_part(part: str, others: tuple[str, ...], names: set[str]) -> set[str]:
    """Return what a part needs; one that is there in pieces needs all of them."""
    pieces = {part, *others}
    # Old models keep more beside it; only files the recognizer reads count.
    return pieces if pieces & names else set()


def _check_words(folder: Path, layout: Layout) -> None:
    """Check that every word the graph can say has a name."""
    path = folder / layout.graph_file("words.txt")
    graph = _graph_of_words(folder, layout)
    if not path.exists():
        if not fst.words(graph):
            raise SpeechError(f"{path} is missing, and {graph} names no words: {AGAIN}.")
        return
    numbers = {int(row[1]) for row in _rows(path, 2)}
    if largest := fst.largest_output(graph):
        absent = next((n for n in range(1, largest + 1) if n not in numbers), None)
        if absent is not None:
            raise SpeechError(f"{path} lacks the word number {absent}: {AGAIN}.")
    elif 0 not in numbers:
        raise SpeechError(f"{path} lacks its beginning: {AGAIN}.")


def _graph_of_words(folder: Path, layout: Layout) -> Path:
    fixed = folder / layout.graph_file("HCLG.fst")
    return fixed if fixed.exists() else folder / layout.graph_file("Gr.fst")


def _check_boundaries(folder: Path, layout: Layout) -> None:
    """Check that every sound of the network has its place in a word, or times would be wrong."""
    path = folder / layout.boundary
    placed = {int(row[0]) for row in _rows(path, 2)}
    absent = next((p for p in _phones(folder / layout.network) if p not in placed), None)
    if absent is not None:
        raise SpeechError(f"{path} lacks the sound number {absent}: {AGAIN}.")


def _check_disambiguation(folder: Path, layout: Layout) -> None:
    """Check that the marks that tell alike words apart come after every transition's number."""
    path = folder / layout.graph_file("disambig_tid.int")
    least = _transitions(folder / layout.network)
    wrong = next((row[0] for row in _rows(path, 1) if int(row[0]) < least), None)
    if wrong is not None:
        raise SpeechError(f"{path} has {wrong}, which is another number's: {AGAIN}.")


def _transitions(network: Path) -> int:
    """Return the first number after the transitions' (transition-model.cc); 0 if not found."""
    with network.open("rb") as file:
        head = file.read(4_000_000)
    mark = b"<LogProbs> FV \x04"
    at = head.find(mark) + len(mark)
    return int.from_bytes(head[at : at + 4], "little") if at >= len(mark) else 0


def _phones(network: Path) -> list[int]:
    """Return the sounds listed at the head of ``final.mdl`` (kaldi, hmm-topology.cc)."""
    with network.open("rb") as file:
        head = file.read(20_000)
    mark = b"<Topology> \x04"
    at = head.find(mark) + len(mark)
    if at < len(mark):
        return []
    count = int.from_bytes(head[at : at + 4], "little")
    body = head[at + 4 : at + 4 + 4 * count]
    return [int.from_bytes(body[i : i + 4], "little") for i in range(0, len(body), 4)]


def _rows(path: Path, fields: int) -> list[list[str]]:
    """Return the lines split at spaces, the last of each a number. Raises SpeechError."""
    rows = [row.split() for row in _lines(path)]
    at = next((n for n, row in enumerate(rows, 1) if not _numbered(row, fields, path)), None)
    if at is not None:
        raise SpeechError(f"{path} is damaged in line {at}: {AGAIN}.")
    return rows


def _numbered(row: list[str], fields: int, path: Path) -> bool:
    """Tell whether a row has its fields and its number: the last of words, else the first."""
    place = -1 if path.name == "words.txt" else 0
    return len(row) == fields and _is_number(row[place])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= DIGITS


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines; Kaldi ends every one, so that one without an end was cut off."""
    text = _text(path)
    if not text.endswith("\n") or "\0" in text:
        raise SpeechError(f"{path} is damaged or cut off: {AGAIN}.")
    # Only line feeds count: a word may hold any other character.
    yield from text[:-1].split("\n")


def _text(path: Path) -> str:
    """Return a text. Raises SpeechError where it is none that any model has."""
    try:
        return files.read(path, LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise SpeechError(f"{path} can't be read ({error.strerror}): {AGAIN}.") from error


def files_of(folder: Path) -> set[str]:
    """Return the paths of a model's files, relative to its folder; our own record left out.

    Raises SpeechError for what is neither a file nor a folder: reading it may never end.
    """
    found = set()
    for path in folder.rglob("*"):
        if path.name == RECORD or path.name.startswith(".") or path.is_dir():
            continue
        if not path.is_file():
            raise SpeechError(f"{path} is no file: take it out, or {AGAIN}.")
        found.add(path.relative_to(folder).as_posix())
    return found


def complete(where: Path, names: set[str]) -> Layout:
    """Return how the files of a model are laid out. Raises SpeechError where any lacks."""
    found = layout_of(names)
    if found is None:
        raise SpeechError(
            f"{where} is no Vosk model: it holds neither {FOLDERS.network} with "
            f"{FOLDERS.options[0]} nor {FLAT.network} with {FLAT.features}."
        )
    if lacking := missing(names, found):
        raise SpeechError(f"The speech model {where} lacks {', '.join(lacking)}: {AGAIN}.")
    return found


def known_words(folder: Path) -> list[str]:
    """Return the words of a model's folder; none where it doesn't list them."""
    names = files_of(folder)
    found = layout_of(names)
    return vocabulary(folder, names, found) if found is not None else []
