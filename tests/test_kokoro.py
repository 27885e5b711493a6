"""Kokoro by either of its packages, in a process of its own; stand-ins have their interfaces."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.errors import SpeechError
from assistant.speech.speaking import installed, kokoro
from assistant.speech.speaking.engines import Manner
from assistant.speech.speaking.player import Cut, Player
from tests.loudspeakers import Ear

ONNX = """
import numpy
class Kokoro:
    def __init__(self, model_path, voices_path):
        open(model_path).close()
    def create(self, text, voice, speed=1.0, lang="en-us", trim=True):
        if voice == "bf_bad": raise ValueError(f"Voice {voice} not found in available voices")
        level = {"en-us": 0.25, "en-gb": -2.0}[lang]
        return numpy.full(round(len(text) * 240 / speed), level, numpy.float32), 24000
"""
"""As ``kokoro_onnx/__init__.py`` has it: floats of 24 kHz, and a language beside the voice."""

KOKORO = """
import numpy, os
from types import SimpleNamespace
class KPipeline:
    def __init__(self, lang_code, repo_id=None):
        assert os.environ["HF_HUB_OFFLINE"] == "1"
        self.lang_code = lang_code
    def __call__(self, text, voice, speed=1):
        assert voice.startswith(self.lang_code)
        print("it prints")
        for _ in range(2):
            made = numpy.full(100, 0.5, numpy.float32)
            yield SimpleNamespace(audio=SimpleNamespace(numpy=lambda: made))
        yield SimpleNamespace(audio=None)
"""
"""As ``kokoro/pipeline.py`` has it: results with tensors, or none."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that holds voices, home and stand-ins of packages."""
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "kokoro_onnx.py").write_text(ONNX, encoding="utf-8")
    (packages / "kokoro.py").write_text(KOKORO, encoding="utf-8")
    (packages / "en_core_web_sm.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(packages))
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    for name in ("XDG_DATA_HOME", "XDG_DATA_DIRS", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def have(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let these packages be found, and no others."""
    known = {name: SimpleNamespace(origin="there") for name in names}
    monkeypatch.setattr(importlib.util, "find_spec", known.get)


def model(folder: Path, *voices: str) -> Path:
    """Put a model and voices where kokoro-onnx has them; return the file of voices."""
    place = folder / "user/.local/share/kokoro"
    place.mkdir(parents=True)
    (place / "kokoro-v1.0.int8.onnx").touch()
    with zipfile.ZipFile(place / "voices-v1.0.bin", "w") as archive:
        for name in voices:
            archive.writestr(f"{name}.npy", b"")
    return place / "voices-v1.0.bin"


@pytest.fixture
def engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[kokoro.Kokoro]:
    model(folder, "am_adam", "bf_emma", "jf_alpha", "af_heart", "bf_bad")
    have(monkeypatch, "kokoro_onnx")
    (found,) = installed.found("")
    assert isinstance(found, kokoro.Kokoro)
    yield found
    found.close()


def test_kokoro_onnx_speaks_its_english_voices(engine: kokoro.Kokoro) -> None:
    """Its usual voice comes first; an accent is told as its language; too loud is held."""
    assert engine.voices() == ["af_heart", "am_adam", "bf_bad", "bf_emma"]
    american = engine.make("Hello.", "", Manner(rate=2.0), Cut())
    british = engine.make("Hello.", "bf_emma", Manner(), Cut())

    silence = round(kokoro.BREATH * 24_000)
    assert [len(each.samples) // 2 - silence for each in (american, british)] == [720, 1440]
    assert int.from_bytes(american.samples[:2], "little", signed=True) == 8191
    assert int.from_bytes(british.samples[:2], "little", signed=True) == -32_767


def test_kokoro_that_fails_says_why(engine: kokoro.Kokoro) -> None:
    with pytest.raises(SpeechError, match="Voice bf_bad not found"):
        engine.say("Hello.", "bf_bad", Manner(), Player([("ear", Ear())]), Cut())


def test_voices_of_kokoro_that_are_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of voices that is none is told, with what to do."""
    model(folder, "af_heart").write_text("half a download", encoding="utf-8")
    have(monkeypatch, "kokoro_onnx")
    (found,) = installed.found("")
    with pytest.raises(SpeechError, match=r"can't be read .*: fetch them again"):
        found.voices()


def test_the_package_kokoro_speaks_what_it_has_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without voices on this machine it is none: nothing is fetched for it."""
    have(monkeypatch, "kokoro")
    without = installed.found("")
    place = folder / "user/.cache/huggingface/hub" / kokoro.HUB / "abc/voices"
    place.mkdir(parents=True)
    (place / "am_adam.pt").touch()
    (found,) = installed.found("")
    made = found.make("Hello.", "", Manner(), Cut())  # type: ignore[attr-defined]
    found.close()

    assert without == []
    assert found.voices() == ["am_adam"]
    assert len(made.samples) // 2 == 200 + round(kokoro.BREATH * 24_000)


def test_kokoro_of_another_environment_is_asked_by_its_python(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line of its program names the Python; a program that names none is left."""
    have(monkeypatch)
    place = folder / "user/.cache/huggingface/hub" / kokoro.HUB / "abc/voices"
    place.mkdir(parents=True)
    (place / "bf_emma.pt").touch()
    (folder / "programs").mkdir()
    script = folder / "programs" / "kokoro"
    script.write_text(f"#!{sys.executable}\nraise SystemExit('not run')\n", encoding="utf-8")
    script.chmod(0o755)
    (found,) = installed.found("")
    made = found.make("Hello.", "", Manner(), Cut())  # type: ignore[attr-defined]
    found.close()
    script.write_text("MZ", encoding="utf-8")

    assert made.rate == 24_000
    assert installed.found("") == []


def test_kokoro_without_its_words_does_not_fetch_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it pronounces by would be fetched at first use: it is asked for instead."""
    (folder / "packages" / "en_core_web_sm.py").unlink()
    have(monkeypatch, "kokoro")
    place = folder / "user/.cache/huggingface/hub" / kokoro.HUB / "abc/voices"
    place.mkdir(parents=True)
    (place / "af_heart.pt").touch()
    (found,) = installed.found("")
    with pytest.raises(SpeechError, match="python -m spacy download en_core_web_sm"):
        found.say("Hello.", "", Manner(), Player([("ear", Ear())]), Cut())
    found.close()
