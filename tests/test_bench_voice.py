"""`assistant bench voice`: what it needs, what it says, and that it measures what it is to."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.errors import AssistantError
from assistant.measuring import bench_hearing, bench_voice
from assistant.measuring.product import Figure
from assistant.speech.sound import RATE
from assistant.turn.hearing import Hearing


@pytest.fixture
def ask(shared: Path) -> bench_voice._Asking:
    """Return what asks for a measurement of the shared recordings."""
    return bench_voice._Asking(shared, next(shared.glob("vosk-model*")), quick=True)


def test_bench_voice_speaks_where_there_are_no_recordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without espeak-ng too it says in one sentence what is missing."""
    monkeypatch.setattr(
        "assistant.speech.speaking.synthesis.synthesizer",
        lambda: lambda text, _turn: [text.encode()] * 2,
    )
    folder = bench_voice._sounds(None, tmp_path)
    rows = (folder / "espeak_synthetic" / "transcripts.tsv").read_text().splitlines()
    with wave.open(str(folder / "espeak_synthetic" / "00.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        assert file.readframes(99).startswith(bench_voice.SPOKEN[0].encode())
    assert rows[1] == f"00.wav\t{bench_voice.SPOKEN[0]}"
    assert len(rows) == 1 + bench_voice.VOICES * len(bench_voice.SPOKEN)

    monkeypatch.setattr("assistant.speech.speaking.synthesis.synthesizer", lambda: None)
    with pytest.raises(AssistantError, match="There is nothing to hear"):
        bench_voice._sounds(None, tmp_path / "other")
    assert bench_voice._sounds(tmp_path, tmp_path / "other") == tmp_path


def test_bench_voice_without_a_model_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.speech.models.shelf.bundled", list)
    monkeypatch.delenv("VOSK_MODEL", raising=False)

    with pytest.raises(AssistantError, match="assistant models"):
        CliRunner().invoke(commands, ["bench", "voice"], catch_exceptions=False)


def test_bench_voice_prefers_the_model_in_the_data(tmp_path: Path) -> None:
    (tmp_path / "vosk-model-b").mkdir()
    (tmp_path / "vosk-model-a").mkdir()

    assert bench_voice._beside(tmp_path) == str(tmp_path / "vosk-model-a")
    assert bench_voice._beside(tmp_path / "vosk-model-a") == bench_voice._beside(None) == ""


def test_bench_voice_is_measured_only_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its figures stand beside those of other groups, in the table and in the file."""

    def some(data: Path | None, skill: Path | None, *, quick: bool) -> Iterator[tuple[str, Figure]]:
        yield "voice_rest", Figure(4.0, "%", 3, f"{data} {skill} {quick}")

    monkeypatch.setattr(bench_voice, "voice_figures", some)
    monkeypatch.setattr(
        "assistant.measuring.product.MEASURES", {"other": lambda _: Figure(1, "s", 2, "")}
    )
    out = ("--out", str(tmp_path / "out"))
    alone = CliRunner().invoke(commands, ["bench", "voice", "--quick", *out])
    told = json.loads((tmp_path / "out" / "bench.json").read_text())
    product = CliRunner().invoke(commands, ["bench", "product", *out])

    assert "voice_rest" in alone.output
    assert "OVER 3" in alone.output
    assert told["voice_rest"]["detail"] == "None None True"
    assert told.keys() == {"machine", "voice_rest"}
    assert "voice" not in product.output
    assert "other" in product.output


def test_bench_voice_finds_what_a_command_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saying a sentence loads no library of voice; the measurement sees what is loaded."""
    monkeypatch.setattr(bench_voice, "IMPORTS", (("say", ("say", "what time is it")),))
    assert bench_voice.imports().value == 0

    monkeypatch.setattr(bench_voice, "NEVER", ("sqlite3", "vosk"))
    found = bench_voice.imports()

    assert found.value == 1
    assert not found.well
    assert found.detail.startswith("sqlite3")


def test_bench_voice_tells_why_a_measurement_failed(tmp_path: Path) -> None:
    asks = bench_voice._Asking(tmp_path, tmp_path / "none", quick=True)

    with pytest.raises(AssistantError, match=r"Measuring factor failed: .*none of the folders"):
        asks("factor")


class _Slow:
    """An assistant that takes its time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.said: list[str] = []

    def open_session(self, name: str) -> _Slow:
        return self

    id = 1

    def heard(self, hearing: Hearing, session: int) -> _Slow:
        return self

    def respond(self, utterance: _Slow, session: int) -> None:
        self.said.append(utterance.text)


def test_bench_voice_times_replies_from_the_decision_on() -> None:
    """The clock starts where the end of speech is logged; an empty hearing is no reply."""
    import logging
    import time

    door = bench_hearing._Door(_Slow("hello"))  # type: ignore[arg-type]
    with door.watching():
        logging.getLogger(bench_hearing.ENDPOINTS).info("the end")
        time.sleep(0.03)
        door.answer(None)  # type: ignore[arg-type]
    empty = bench_hearing._Door(_Slow(""))  # type: ignore[arg-type]
    empty.answer(None)  # type: ignore[arg-type]

    assert 30 <= door.parts["ears"][0] <= door.parts["whole"][0] < 3000
    assert door.cpu["whole"][0] < door.parts["whole"][0]
    assert empty.parts["whole"] == []


# --- with the shared model -----------------------------------------------------------------------


@pytest.mark.slow
def test_bench_voice_measures_ears_replies_and_rest(ask: bench_voice._Asking) -> None:
    """Figures are those of the whole path, each from a process of its own."""
    ears = ask("factor", most=1)
    replies = ask("answers", most=3)
    rest = ask("rest", seconds=8)

    assert ears["recordings"] == 2
    assert 0.01 < ears["factor"] < 2
    assert replies["count"] >= 2
    assert replies["p95"] >= replies["median"] > 0
    assert replies["heard"] == 6
    assert 100 < replies["peak"] < 2000
    assert replies["parts"].keys() == {"ears", "choosing", "reply", "whole"}
    assert 0 < rest["share"] < ears["factor"]


@pytest.mark.slow
def test_bench_voice_listens_long_and_watches_memory(ask: bench_voice._Asking) -> None:
    """Every frame that is played is counted, those of the quiet between too."""
    found = ask("hour", minutes=0.4, most=2)

    assert found["minutes"] >= 0.4
    assert found["frames"] >= 0.4 * 60 / 0.032
    assert found["lost"] == 0
    assert found["taken"] > 0
    assert len(found["megabytes"]) > 1
    assert all(
        0 < used < held
        for used, held in zip(found["megabytes_in_use"], found["megabytes"], strict=False)
    )
    assert found["growth"] == pytest.approx(found["megabytes"][-1] / found["megabytes"][0] - 1)
