"""What an encoder keeps of its teacher on GLUE tasks (Wang et al. 2019, arXiv 1804.07461).

Each encoder is fine-tuned as a whole on a task's train file and measured on its dev file after the
last epoch; test parts are never read. This is a benchmark only: no weights are kept, and what is
learnt here goes into no checkpoint. The teacher is all-MiniLM-L6-v2, from which the encoders were
made; retention is a student's figure as a share of the teacher's.

Pairs are read as [CLS] a [SEP] b [SEP] with token type 0 throughout: DistilBERT has no types, and
the other type was never trained in the SqueezeBERT made of it. The vector of a text is the mean of
its token vectors, as the product uses it. B is the batch, T tokens, C the width.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from assistant import paths
from assistant.engine.checkpoint import read_config, words_of
from assistant.errors import AssistantError
from assistant.labelled import metrics
from assistant.training import expand
from assistant.training.checkpoint import Encoder, fill, read_tokenizer
from assistant.training.heads import ENCODERS
from assistant.training.loop import Pace, Run, Step, Tell, adamw, device, half, plan, walk
from assistant.training.probe import alike, pad
from assistant.training.recipe import data_folder
from assistant.training.restore import opened

Answers = Sequence[float]  # the number of a class, or a score
Measure = Callable[[Answers, Answers], float]  # (expected, given)
Figures = dict[str, dict[str, float]]  # {"cola": {"teacher": 0.4, …}, "mrpc f1": {…}, …}

TEACHER = "teacher"
STUDENTS = ("intent-distilbert", "features-squeezebert")
BATCH = 32
LONGEST = 128  # tokens of a text or of a pair
HEAD_RATE = 1e-3
WARMUP = 0.1
DECAY = 0.01
DROPOUT = 0.1


def accuracy(expected: Answers, given: Answers) -> float:
    """Return the share of right classes."""
    return metrics.accuracy([str(e) for e in expected], [str(g) for g in given])


def f1(expected: Answers, given: Answers) -> float:
    """Return the F1 of class 1."""
    scores = metrics.by_label([f"{e:g}" for e in expected], [f"{g:g}" for g in given])
    return scores["1"][2] if "1" in scores else 0.0


def matthews(expected: Answers, given: Answers) -> float:
    """Return Matthews' correlation of classes 0 and 1: -1 to 1, 0 where either is constant."""
    pairs = list(zip(expected, given, strict=True))
    both, neither, missed, made = (pairs.count(p) for p in ((1, 1), (0, 0), (1, 0), (0, 1)))
    square = (both + made) * (both + missed) * (neither + made) * (neither + missed)
    return float((both * neither - made * missed) / square**0.5) if square else 0.0


@dataclass(frozen=True)
class Task:
    """A GLUE task: its files begin with ``stem``; of two ``classes`` the second is number 1.

    Without classes the label is a score. ``measures`` are by the names they are told under.
    """

    stem: str
    keys: tuple[str, ...]
    classes: tuple[str, ...]
    measures: dict[str, Measure]


PAIR, TEXT = ("a", "b"), ("text",)
TASKS = {
    "cola": Task("glue/cola_", TEXT, ("unacceptable", "acceptable"), {"cola": matthews}),
    "mrpc": Task("glue/mrpc_", PAIR, ("0", "1"), {"mrpc f1": f1, "mrpc accuracy": accuracy}),
    "rte": Task("glue/rte_", PAIR, ("not_entailment", "entailment"), {"rte": accuracy}),
    "sst2": Task("sst2/", TEXT, ("negative", "positive"), {"sst2": accuracy}),
    "stsb": Task("glue/stsb_", PAIR, (), {"stsb": metrics.spearman}),
}


@dataclass(frozen=True)
class Settings:
    """How to fine-tune; ``rows`` caps the training rows, drawn by the seed, and 0 is all."""

    epochs: int = 3
    rows: int = 0
    seed: int = 0
    rate: float = 5e-5


@dataclass(frozen=True)
class Examples:
    """Texts, or pairs of texts, and the answer of each."""

    texts: list[tuple[str, ...]]
    answers: list[float]

    def cut(self, most: int, seed: int) -> Examples:
        """Return ``most`` of them drawn by the seed, or all if 0 or if there are no more."""
        if not 0 < most < len(self.texts):
            return self
        kept = random.Random(seed).sample(range(len(self.texts)), most)
        return Examples([self.texts[i] for i in kept], [self.answers[i] for i in kept])


class Model(nn.Module):
    """An encoder with frozen embeddings and a linear head on the mean of its token vectors."""

    def __init__(self, encoder: Encoder, outputs: int) -> None:
        super().__init__()
        encoder.embeddings.requires_grad_(False)
        self.encoder = encoder
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(encoder.config.hidden, outputs)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the outputs (B, classes), or (B, 1) of a score, for ids and mask (B, T)."""
        with half(ids.device):
            vectors = self.encoder(ids, mask)  # (B, T, C)
        weight = mask.unsqueeze(-1).float()  # (B, T, 1)
        mean = (vectors.float() * weight).sum(1) / weight.sum(1)  # (B, C)
        return self.head(self.dropout(mean))  # type: ignore[no-any-return]


def files_of(task: str, data: Path) -> tuple[Path, Path]:
    """Return a task's train and dev file. Raises AssistantError where one is missing."""
    stem = TASKS[task].stem
    found = data / f"{stem}train.jsonl.xz", data / f"{stem}dev.jsonl"
    for path in found:
        if not path.is_file():
            raise AssistantError(
                f"The rows of {task} are not at {path}: name the folder of the data sets with "
                "--data, or put the file there."
            )
    return found


def read_examples(task: str, path: Path) -> Examples:
    """Read a task's file. Raises AssistantError naming the file, the line and what is wrong."""
    found = Examples([], [])
    try:
        with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
            for line in file:
                texts, answer = _example(TASKS[task], json.loads(line))
                found.texts.append(texts)
                found.answers.append(answer)
    except (ValueError, LookupError, TypeError) as error:
        raise AssistantError(
            f"{path}:{len(found.texts) + 1} is no row of {task} ({error!s:.60}): "
            "fetch the file again."
        ) from error
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise AssistantError(f"{path} can't be read ({error!s:.60}): pack it again.") from error
    if not found.texts:
        raise AssistantError(f"{path} holds no rows: fetch the file again.")
    return found


def _example(task: Task, row: Mapping[str, Any]) -> tuple[tuple[str, ...], float]:
    label = row["label"]
    answer = task.classes.index(str(label)) if task.classes else label
    return tuple(str(row[key]) for key in task.keys), float(answer)


def encode(tokenizer: Tokenizer, texts: Sequence[tuple[str, ...]]) -> list[list[int]]:
    """Return the token ids of each text or pair, the longer part of a pair cut first."""
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    given = [each[0] if len(each) == 1 else each for each in texts]
    return [encoding.ids for encoding in tokenizer.encode_batch(given)]


def teacher() -> tuple[Encoder, Tokenizer]:
    """Return MiniLM and its tokenizer. Raises CheckpointError where it is not installed."""
    config, weights = expand.minilm()
    encoder = ENCODERS[config.architecture](config)
    fill(encoder, {name: weights[name] for name in encoder.state_dict()}, "MiniLM")
    return encoder, read_tokenizer(expand.minilm_folder())


def open_encoder(folder: Path | None) -> tuple[Encoder, Tokenizer]:
    """Return a float or int8 folder's encoder and tokenizer; the teacher's for None."""
    return teacher() if folder is None else (opened(folder), read_tokenizer(words_of(folder)))


def encoders_of(checkpoints: Sequence[Path]) -> dict[str, Path | None]:
    """Return the folders by name, the teacher's being None; the default ones if none is given.

    Raises AssistantError where one is no checkpoint or two have one name.
    """
    bundled = [paths.bundled() / "models" / name for name in STUDENTS]
    named: dict[str, Path | None] = {}
    for folder in checkpoints or [Path(TEACHER), *bundled]:
        name = folder.resolve().name
        known = str(folder) == TEACHER
        if name in named or (name == TEACHER and not known):
            raise AssistantError(f"Two checkpoints are called {name}: rename a folder.")
        named[name] = None if known else folder
        if named[name] is not None:
            read_config(folder)  # told before hours of work, not after
    return named


def finetune(
    of: tuple[Encoder, Tokenizer], task: str, train: Examples, how: Settings, tell: Tell
) -> Callable[[Sequence[tuple[str, ...]]], list[float]]:
    """Train an encoder on a task, in place; returns what answers texts with classes or scores."""
    encoder, tokenizer = of
    classes = len(TASKS[task].classes)
    torch.manual_seed(how.seed)
    model = Model(encoder, classes or 1).to(device())
    inside = [p for p in encoder.parameters() if p.requires_grad]
    groups = [(inside, how.rate), (list(model.head.parameters()), HEAD_RATE)]
    rows = encode(tokenizer, train.texts)
    truth = torch.tensor(train.answers)  # (n,)
    if not classes:  # a start at 0 is then the mean, at any scale; ranks stay as they are
        truth = (truth - truth.mean()) / truth.std(correction=0).clamp_min(1e-6)

    def losses(step: Step) -> dict[str, Tensor]:
        out = _outputs(model, [rows[i] for i in step.rows])  # (B, outputs)
        wanted = truth[step.rows].to(out.device)  # (B,)
        if classes:
            return {task: nn.functional.cross_entropy(out, wanted.long())}
        return {task: nn.functional.mse_loss(out[:, 0], wanted)}

    run = Run({"model": model}, adamw(groups, DECAY))
    steps = plan([[len(row) for row in rows]], BATCH, how.epochs, how.seed)
    for line in walk(run, steps, losses, Pace(task, how.seed, WARMUP)):
        tell(line)
    return partial(_answers, model, tokenizer)


def _outputs(model: Model, rows: Sequence[Sequence[int]]) -> Tensor:
    ids, mask = pad(rows)
    return model(ids.to(device()), mask.to(device()))  # type: ignore[no-any-return]


@torch.no_grad()
def _answers(model: Model, tokenizer: Tokenizer, texts: Sequence[tuple[str, ...]]) -> list[float]:
    """Answer texts in batches of like length, in their own order."""
    model.eval()
    rows = encode(tokenizer, texts)
    found: dict[int, float] = {}
    for part in alike([len(row) for row in rows], BATCH):
        out = _outputs(model, [rows[i] for i in part])  # (B, outputs)
        given = out[:, 0] if out.shape[1] == 1 else out.argmax(-1)
        found |= dict(zip(part, map(float, given.tolist()), strict=True))
    return [found[i] for i in range(len(rows))]


class Record:
    """Finished (task, encoder) runs as JSON lines, so that a table broken off goes on."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lines: list[dict[str, Any]] = []
        if path is not None and path.exists():
            self._lines = [_line(path, *each) for each in enumerate(_text(path), 1)]

    def find(self, run: Mapping[str, object]) -> dict[str, float] | None:
        """Return the figures of a run that was finished with the same settings and weights."""
        for line in self._lines:
            if all(line.get(name) == value for name, value in run.items()):
                return dict(line["figures"])
        return None

    def add(self, run: Mapping[str, object], figures: Mapping[str, float]) -> None:
        """Append a finished run. Raises AssistantError where it can't be written."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**run, "figures": figures}) + "\n")
        except OSError as error:
            raise AssistantError(
                f"The figures can't be written to {self._path} ({error.strerror}): name another "
                f"file with --out; they were {figures}."
            ) from error


def _text(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise AssistantError(f"{path} can't be read ({error!s:.60}): name another file.") from error


def _line(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
        figures = {str(name): float(value) for name, value in line["figures"].items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise AssistantError(
            f"{path}:{number} is no result of this: delete the line, or name another file."
        ) from error
    return {**line, "figures": figures}


def _mark(files: Sequence[Path]) -> str:
    """Return what tells weights or rows from others of their name."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _weights_mark(folder: Path | None) -> str:
    if folder is None:
        return expand.SHA256
    return _mark(sorted(path for path in folder.iterdir() if path.is_file()))


def measure(
    tasks: Sequence[str],
    checkpoints: Sequence[Path] = (),
    how: Settings | None = None,
    data: Path | None = None,
    out: Path | None = None,
    tell: Tell = print,
) -> Figures:
    """Fine-tune every encoder on every task; returns the dev figures (1 is best) and retentions.

    A cap that left training rows out is told as "reduced to". Raises AssistantError.
    """
    how = how or Settings()
    root, encoders, record = data_folder(data), encoders_of(checkpoints), Record(out)
    files = {task: files_of(task, root) for task in tasks}
    rows = {task: _mark(both) for task, both in files.items()}
    weights = {name: _weights_mark(folder) for name, folder in encoders.items()}
    sets = {task: [read_examples(task, path) for path in both] for task, both in files.items()}
    found: Figures = {}
    for task, (whole, dev) in sets.items():
        train = whole.cut(how.rows, how.seed)
        by_encoder: Figures = {}
        for name, folder in encoders.items():
            run = {"task": task, "encoder": name, **asdict(how)}
            run |= {"data": rows[task], "weights": weights[name]}
            if (figures := record.find(run)) is None:
                tell(f"{task}: {name}, {len(train.texts)} of {len(whole.texts)} training rows")
                figures = _figures(open_encoder(folder), task, train, dev, how, tell)
                record.add(run, figures)
            by_encoder[name] = figures
        cut = {} if train is whole else {"reduced to": len(train.texts)}
        for measured in TASKS[task].measures:
            row = {name: figures[measured] for name, figures in by_encoder.items()}
            found[measured] = {**row, **retentions(row), **cut}
    return found


def _figures(
    of: tuple[Encoder, Tokenizer],
    task: str,
    train: Examples,
    dev: Examples,
    how: Settings,
    tell: Tell,
) -> dict[str, float]:
    """Return what an encoder reaches on dev, by measure; the trained weights go."""
    given = finetune(of, task, train, how, tell)(dev.texts)
    return {name: of_dev(dev.answers, given) for name, of_dev in TASKS[task].measures.items()}


def retentions(row: Mapping[str, float]) -> dict[str, float]:
    """Return each student's share of the teacher's figure; none where that is not above 0."""
    top = row.get(TEACHER, 0.0)
    return {f"retention {n}": v / top for n, v in row.items() if n != TEACHER and top > 0}
