"""`assistant eval speech`: words, commands, silence; with the shared model where it is there."""

from __future__ import annotations

import json
import math
import wave
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.cli import commands
from assistant.errors import AssistantError
from assistant.measuring import recordings
from assistant.measuring import speech as evaluate_speech
from assistant.measuring.hearing import Cost
from assistant.measuring.recordings import Recording
from assistant.measuring.sound.alignment import Slips, aligned, slips
from assistant.measuring.sound.mixing import Noise, active_power
from assistant.measuring.sound.stream import Stream
from assistant.measuring.speech_figures import Outcome, Plan, Run, figures_of, is_right
from assistant.speech.sound import RATE, SAMPLES
from assistant.turn import SlotValue, Understanding

SKILL = Path(__file__).parent / "barista_skill.py"


def tone(path: Path, seconds: float, loudness: int, hertz: float = 440.0) -> Path:
    """Write a tone as a wav."""
    samples = (
        round(loudness * math.sin(2 * math.pi * hertz * i / RATE))
        for i in range(int(seconds * RATE))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(each.to_bytes(2, "little", signed=True) for each in samples))
    return path


def frames(path: Path) -> list[bytes]:
    """Return a wav's frames, the last one padded."""
    with wave.open(str(path)) as file:
        sound = file.readframes(file.getnframes())
    cut = [sound[at : at + 2 * SAMPLES] for at in range(0, len(sound), 2 * SAMPLES)]
    return [frame.ljust(2 * SAMPLES, b"\0") for frame in cut]


def run(*words: object) -> Result:
    """Run ``assistant eval speech``."""
    asked = ["eval", "speech", *map(str, words)]
    return CliRunner().invoke(commands, asked, catch_exceptions=False)


def figures(*words: object) -> dict[str, Any]:
    """Return the figures it prints as JSON."""
    return json.loads(run(*words, "--json").stdout)


# --- pure parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "heard", "counts"),
    [
        ("set a timer", "set a timer", (3, 0, 0, 0)),
        ("set a timer", "set the timer", (3, 1, 0, 0)),
        ("set a timer", "set timer", (3, 0, 0, 1)),
        ("set a timer", "set a new timer", (3, 0, 1, 0)),
        ("", "the", (0, 0, 1, 0)),
        ("what time is it", "", (4, 0, 0, 4)),
        ("a b c d", "x a b d d", (4, 1, 1, 0)),
    ],
)
def test_eval_speech_counts_the_fewest_changes(
    said: str, heard: str, counts: tuple[int, int, int, int]
) -> None:
    assert slips(said.split(), heard.split()) == Slips(*counts)


def test_eval_speech_sums_changes_and_tells_their_rate() -> None:
    both = slips(["a", "b"], ["a"]) + slips(["c", "d"], ["c", "d", "e"])

    assert (both.words, both.rate) == (4, 0.5)
    assert Slips().rate == 0.0
    assert aligned(["a", "b"], ["b"]) == [("a", None), ("b", "b")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "names no recordings"),
        ("file\tspeaker\nx.wav\t-\n", ":1 has no column transcript"),
        ("file\ttranscript\nx.wav\n", ":2 has no transcript"),
        ("file\ttranscript\n\nno.wav\thello\n", ":3 names"),
        ("file\ttranscript\n\thello\n", ":2 names no file"),
        ('{"file": "x.wav", "intent": 3}', ":1 has no name under “intent”"),
        ('{"file": "x.wav", "intent": "a", "slots": []}', ":1 has no object under “slots”"),
        ('{"file": "x.wav", "intent": "a", "transcript": 1}', ":1 has no text under"),
        ('{"file": "x.wav"}\n{"file": ', ":2 is no JSON"),
        ('{"intent": "a"}', ":1 names no file"),
        ('{"file": "x.wav"}\n[1]', ":2 is no JSON object"),
    ],
)
def test_eval_speech_names_the_line_that_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    tone(tmp_path / "x.wav", 0.1, 100)
    test = tmp_path / "labels.jsonl"
    test.write_text(text)

    with pytest.raises(AssistantError) as caught:
        recordings.read(test)

    assert complaint in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_eval_speech_reads_tables_and_labels(tmp_path: Path) -> None:
    """An empty transcript, and a label without intent, are no requests; slots default to none."""
    tone(tmp_path / "x.wav", 0.1, 100)
    table, labels = tmp_path / "transcripts.tsv", tmp_path / "labels.jsonl"
    table.write_text("file\ttranscript\tspeaker\nx.wav\t What  Time\t-\nx.wav\t\t-\n")
    labels.write_text(
        '{"file": "x.wav", "intent": "orderDrink", "slots": {"size": "small"}}\n'
        '{"file": "x.wav", "intent": null, "transcript": "hm"}\n{"file": "x.wav"}\n'
    )
    said, silent = recordings.read(table)
    order, nothing, unknown = recordings.read(labels)

    assert (said.transcript, said.is_outside) == ("what time", False)
    assert (silent.transcript, silent.is_outside) == ("", True)
    assert (order.intent, order.slots, order.is_outside) == ("orderDrink", {"size": "small"}, False)
    assert (nothing.labelled, nothing.is_outside) == (True, True)
    assert (unknown.labelled, unknown.is_outside) == (False, False)


def test_eval_speech_draws_recordings_evenly(tmp_path: Path) -> None:
    for name in "abcdef":
        tone(tmp_path / f"{name}.wav", 0.05, 100)
    table = tmp_path / "t.tsv"
    table.write_text("file\ttranscript\n" + "".join(f"{name}.wav\t{name}\n" for name in "abcdef"))

    drawn = [each.transcript for each in recordings.read(table, 3)]

    assert drawn == ["a", "c", "e"]
    assert len(recordings.read(table, 100)) == 6


@pytest.mark.parametrize("snr", [-6.0, 0.0, 12.0, 24.0])
def test_eval_speech_lays_noise_under_speech_at_its_level(tmp_path: Path, snr: float) -> None:
    """The level of speech is that of its active part: silence around it changes nothing."""
    speech = frames(tone(tmp_path / "speech.wav", 1.0, 3000))
    hush = [bytes(2 * SAMPLES)] * 20
    noise = Noise(tone(tmp_path / "noise.wav", 0.7, 500, 1000.0))
    mixed = noise.under([*hush, *speech, *hush], snr, "x.flac")
    level = 10 * math.log10(active_power(speech) / active_power(mixed[:20]))

    assert level == pytest.approx(snr, abs=0.5)
    assert mixed == noise.under([*hush, *speech, *hush], snr, "x.flac")
    assert mixed != noise.under([*hush, *speech, *hush], snr, "y.flac")


def test_eval_speech_softens_what_would_be_clipped(tmp_path: Path) -> None:
    speech = frames(tone(tmp_path / "speech.wav", 0.5, 30_000))
    noise = Noise(tone(tmp_path / "noise.wav", 0.5, 1000, 70.0))
    mixed = b"".join(noise.under(speech, 0.0, "x"))
    loudest = max(
        abs(int.from_bytes(mixed[i : i + 2], "little", signed=True))
        for i in range(0, len(mixed), 2)
    )

    assert 32_000 < loudest <= 32_767


def test_eval_speech_wants_noise_that_is_one(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="is silent"):
        Noise(tone(tmp_path / "noise.wav", 0.5, 0))


def order(**slots: object) -> Understanding:
    """Return an understood order."""
    filled = tuple(SlotValue(name, value) for name, value in slots.items())
    return Understanding("barista.orderDrink", 1.0, filled)


WANTED = Recording(Path("x"), None, True, "orderDrink", {"drink": "Iced  Mocha", "shots": 2})


@pytest.mark.parametrize(
    ("meant", "right"),
    [
        (order(drink="iced mocha", shots=2), True),
        (order(drink="iced mocha", shots=2.0, size=None), True),
        (order(drink="iced mocha", shots=3), False),
        (order(drink="iced mocha"), False),
        (order(drink="iced mocha", shots=2, size="small"), False),
        (Understanding("tea.orderTea", 1.0, order(drink="iced mocha", shots=2).slots), False),
        (Understanding(None), False),
    ],
)
def test_eval_speech_accepts_only_what_is_wholly_right(meant: Understanding, right: bool) -> None:
    assert is_right(WANTED, meant) is right


def test_eval_speech_compares_values_as_json_and_as_words() -> None:
    """Ten minutes are 600 seconds, and what was said for them; a dot asks for the whole name."""
    slot = SlotValue("length", timedelta(minutes=10), "Ten Minutes", 0, 11)
    meant = Understanding("timer.start", 1.0, (slot,))
    for value in (600, "600", "ten minutes"):
        assert is_right(Recording(Path("x"), None, True, "start", {"length": value}), meant)
    assert is_right(Recording(Path("x"), None, True, "timer.start", {"length": 600}), meant)
    assert not is_right(Recording(Path("x"), None, True, "alarm.start", {"length": 600}), meant)


def outcome(recording: Recording, text: str, meant: Understanding, **more: Any) -> Outcome:
    """Return what became of a recording of a minute."""
    return Outcome(recording, 60.0, text, text, meant, more.get("alone", meant), more.get("typed"))


def test_eval_speech_counts_what_was_acted_upon_in_noise() -> None:
    """Of none in an hour, fewer than three an hour are certain; a bound grows with each."""
    noise = Recording(Path("x"), "")
    silent = [outcome(noise, "", Understanding(None))] * 60
    told = figures_of(Run(None, silent), Plan(Path("t")))
    acted = figures_of(Run(None, [*silent[1:], outcome(noise, "hi", order())]), Plan(Path("t")))

    assert (told["acted"], told["outside"], told["outside_seconds"]) == (0, 60, 3600.0)
    assert told["acted_an_hour_upper"] == pytest.approx(3.0, abs=0.01)
    assert (acted["acted"], acted["acted_share"]) == (1, round(1 / 60, 4))
    assert acted["acted_an_hour_upper"] == pytest.approx(4.74, abs=0.01)
    assert "wer" not in told


def test_eval_speech_compares_skills_with_those_of_the_words_typed_in() -> None:
    """Only transcripts that a skill covers count; of others it is told what acted."""
    said = Recording(Path("x"), "a small coffee")
    tea, wine = Understanding("tea.brew", 1.0), Understanding(None)
    rows = [
        outcome(said, "a small coffee", order(), typed=order()),
        outcome(said, "small coffee", order(), alone=wine, typed=order()),
        outcome(said, "a tea", tea, typed=order()),
        outcome(said, "a small toffee", wine, typed=order()),
        outcome(said, "a tea", tea, typed=wine),
    ]
    told = figures_of(Run(None, rows, Cost(300.0, 30.0)), Plan(Path("t")))

    assert (told["covered"], told["right_skill"], told["right_skill_open"]) == (4, 0.5, 0.25)
    assert told["fewer_failures"] == round(1 - 0.5 / 0.75, 4)
    assert (told["not_covered"], told["not_covered_acted"]) == (1, 1)
    assert (told["substitutions"], told["insertions"], told["deletions"]) == (3, 0, 3)
    assert told["wer"] == round(6 / 15, 4)
    assert told["realtime_factor"] == 0.1


def test_eval_speech_without_requests_in_the_file_acts_upon_nothing_rightly() -> None:
    """With --oos every recording counts as one that is no request."""
    said = Recording(Path("x"), "one two three")
    plan = Plan(Path("t"), outside=True)
    told = figures_of(Run(None, [outcome(said, "one", order(), typed=order())]), plan)

    assert (told["acted"], told["outside"]) == (1, 1)
    assert "right_skill" not in told


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--snr", "6,x"), "are no levels in dB"),
        (("--snr", "900"), "are no levels in dB"),
        (("--noise", "x.wav"), "--noise goes with --snr"),
        (("--skill", "no.py"), "does not exist"),
    ],
)
def test_eval_speech_refuses_options_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tone(Path("x.wav"), 0.1, 100)
    Path("t.tsv").write_text("file\ttranscript\nx.wav\t\n")
    done = run("--test", "t.tsv", *words)

    assert done.exit_code == 2
    assert complaint in done.output


def test_eval_speech_without_a_model_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.speech.models.shelf.bundled", list)
    monkeypatch.delenv("VOSK_MODEL", raising=False)
    tone(tmp_path / "x.wav", 0.1, 100)
    (tmp_path / "t.tsv").write_text("file\ttranscript\nx.wav\t\n")

    with pytest.raises(AssistantError, match="assistant models"):
        run("--test", tmp_path / "t.tsv")
    with pytest.raises(AssistantError, match="--snr goes with --noise"):
        run("--test", tmp_path / "t.tsv", "--snr", "6")


# --- with the shared model -----------------------------------------------------------------------


def test_eval_speech_accepts_orders_of_one_skill(shared: Path, tmp_path: Path) -> None:
    """Both ears and choosing accept more than the open ear; the page shows what was lost."""
    page = tmp_path / "page.html"
    ask = ("--test", shared / "barista" / "labels.jsonl", "--skill", SKILL, "--limit", 6)
    told = figures(*ask, "--second", "off", "--report", page)
    alone = figures(*ask, "--ears", "open")

    assert told["commands"] == 6
    assert told["command_acceptance"] > told["command_acceptance_open"]
    assert alone["command_acceptance"] == told["command_acceptance_open"]
    assert told["wer"] == alone["wer"] > 0
    assert alone["wer_taken"] > told["wer_taken"] > 0
    assert told["realtime_factor"] > 0
    assert told["words_unknown"] == 0
    assert "orderDrink coffeeDrink=" in page.read_text()


@pytest.mark.slow
def test_eval_speech_hears_orders_better_a_second_time(shared: Path) -> None:
    ask = ("--test", shared / "barista" / "labels.jsonl", "--skill", SKILL, "--limit", 6)
    once, twice = figures(*ask, "--second", "off"), figures(*ask)
    assert twice["command_acceptance"] > once["command_acceptance"]
    assert twice["wer_taken"] < once["wer_taken"]


@pytest.mark.slow
def test_eval_speech_tells_acceptance_by_the_level_of_noise(shared: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ask = ("--test", shared / "barista" / "labels.jsonl", "--skill", SKILL, "--limit", 4)
    noise = ("--noise", shared / "noise" / "kitchen_0.flac", "--snr", "-12,24", "--second", "off")
    told = figures(*ask, *noise, "--report", page)
    by_level = told["command_acceptance_by_snr"]

    assert by_level.keys() == {"-12", "24"}
    assert by_level["-12"] <= by_level["24"]
    assert told["command_acceptance"] == sum(by_level.values()) / 2
    assert told["wer_by_snr"]["-12"] > told["wer_by_snr"]["24"]
    assert page.read_text().count("<svg") == 1


@pytest.mark.slow
def test_eval_speech_acts_upon_no_noise_whole_or_streamed(shared: Path) -> None:
    ask = ("--test", shared / "nonspeech" / "transcripts.tsv", "--limit", 4)
    whole, streamed = figures(*ask), figures(*ask, "--stream")

    assert whole["outside"] == streamed["outside"] == 4
    assert whole["acted"] == streamed["acted"] == 0
    assert whole["outside_seconds"] == streamed["outside_seconds"] > 0


@pytest.mark.slow
def test_eval_speech_streams_recordings_to_what_they_are_whole(shared: Path) -> None:
    """Gate and endpoint lose no word of plain synthetic commands."""
    ask = ("--test", shared / "espeak_synthetic" / "transcripts.tsv", "--limit", 4)
    whole, streamed = (figures(*ask, "--second", "off", *more) for more in ((), ("--stream",)))

    assert whole["covered"] == streamed["covered"] > 0
    assert streamed["right_skill"] == whole["right_skill"] > 0.5


def test_eval_speech_stream_tells_what_went_wrong(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listener that breaks ends the measurement with its sentence."""
    model = evaluate_speech.speech_model("")
    monkeypatch.setattr("assistant.speech.hearing.attention.Gate", lambda: 1 / 0)
    stream = Stream(model)

    with pytest.raises(AssistantError, match="Listening failed"):
        stream.hear([bytes(2 * SAMPLES)] * 5, print)
    stream.close()
