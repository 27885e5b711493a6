"""A program that stands in for piper, with its command line, and voices for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.loudspeakers import program

RATE = 16_000

PIPER = """
import argparse, os, struct, time, wave
parser = argparse.ArgumentParser()
parser.add_argument("-m", "--model", required=True)
parser.add_argument("-d", "--output-dir", "--output_dir")
parser.add_argument("--length-scale", "--length_scale", type=float)
parser.add_argument("--sentence-silence", "--sentence_silence", type=float, default=0.0)
args = parser.parse_args()
os.path.isfile(args.model) or sys.exit(f"ValueError: Unable to find voice: {args.model}")
kind = open(args.model).read()
kind == "damaged" and sys.exit("onnxruntime: InvalidProtobuf: Load model failed")
with open(args.model + ".told", "a") as told:
    told.write("started\\n")
for number, line in enumerate(sys.stdin):
    if kind == "hangs" or "hang" in line:
        time.sleep(60)
    "crash" in line and sys.exit("RuntimeError: out of memory")
    path = os.path.join(args.output_dir, f"{number}.wav")
    if kind == "garbage":
        open(path, "w").write("this is no sound")
    else:
        with wave.open(path, "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            count = round(len(line.strip()) * 100 * args.length_scale)
            file.writeframes(struct.pack("<h", len(line.strip())) * count)
    with open(args.model + ".told", "a") as told:
        told.write(f"{args.length_scale:g} {line}")
    NAMES
"""
"""As much of ``piper/__main__.py`` as is used: a wav of each line, named as it is written."""

SECOND = 'print(f"INFO:__main__:Wrote {path}", file=sys.stderr, flush=True)'
"""How the second generation names it."""

FIRST = "print(path, flush=True)"
"""How the first generation, in C++, does."""


def only_programs_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let programs be found in that folder alone, beside a home and data of one's own there."""
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(folder / "user"))
    monkeypatch.setenv("ASSISTANT_HOME", str(folder / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(folder / "share"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    return folder


def piper_program(folder: Path, names: str = SECOND) -> None:
    """Put a piper on the path."""
    program(folder, "piper", f"RATE = {RATE}\n" + PIPER.replace("NAMES", names))


SPEAKING = """
import os, subprocess
folder = sys.argv[sys.argv.index("--output_dir") + 1]
for number, line in enumerate(sys.stdin):
    path = os.path.join(folder, f"{number}.wav")
    subprocess.run(["espeak-ng", "-w", path, "--stdin"], input=line.encode(), check=True)
    print(path, flush=True)
"""


def speaking_piper(folder: Path) -> None:
    """Put a piper on the path that has the voice of espeak-ng."""
    program(folder, "piper", SPEAKING)


def piper_voice(folder: Path, name: str = "en_US-amy-medium", kind: str = "well") -> Path:
    """Put a voice of piper into a folder; ``kind`` is what the stand-in does with it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    path.write_text(kind, encoding="utf-8")
    settings = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "en-us" if name.startswith("en") else name[:2]},
        "inference": {"length_scale": 1.0},
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(settings), encoding="utf-8")
    return path


def told(voice: Path) -> list[str]:
    """Return what the stand-in was told of a voice, line by line."""
    return path.read_text().splitlines() if (path := Path(f"{voice}.told")).exists() else []
