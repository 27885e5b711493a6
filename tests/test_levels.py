"""Loudness in figures and words."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.speech.capture.levels import (
    LEAST,
    Levels,
    bar,
    decibels,
    faults,
    measure,
    measure_bytes,
)
from assistant.speech.sound import RATE
from tests.speech_material import speech


def sine(amplitude: float, seconds: float = 1.0) -> np.ndarray:
    """Return a tone whose greatest sample is that share of full scale."""
    time = np.arange(round(RATE * seconds)) / RATE
    tone = amplitude * 32_767 * np.sin(2 * np.pi * 440 * time)
    return tone.clip(-32_768, 32_767).astype(np.int16)


def room(amplitude: float, seconds: float = 1.0) -> np.ndarray:
    """Return noise of that share of full scale."""
    return np.random.default_rng(1).normal(0, amplitude * 32_767, round(RATE * seconds))


def spoken(loud: float, quiet: float) -> Levels:
    """Measure a second of tone between two of noise."""
    return measure(
        np.concatenate([room(quiet), sine(loud), room(quiet)]).clip(-32_768, 32_767).astype("i2")
    )


def kinds(levels: Levels) -> list[str]:
    return [mend for _, mend in faults(levels)]


def test_measure_of_a_tone() -> None:
    """A sine of full scale has its mean 3 dB below its peak; half of it 6 dB less."""
    full, half = measure(sine(1.0)), measure(sine(0.5))

    assert full.rms == pytest.approx(-3.01, abs=0.01)
    assert full.peak == pytest.approx(0.0, abs=0.01)
    assert half.rms - full.rms == pytest.approx(-6.02, abs=0.01)
    assert full.seconds == 1.0
    assert full.speech == pytest.approx(full.floor, abs=0.3)


def test_measure_of_silence() -> None:
    """Zeros and nothing at all are the least, not minus infinity."""
    for samples in (np.zeros(RATE, np.int16), np.zeros(0, np.int16)):
        levels = measure(samples)
        assert (levels.rms, levels.peak, levels.floor) == (LEAST, LEAST, LEAST)
        assert levels.zeros


def test_measure_of_less_than_a_frame() -> None:
    assert measure(np.full(10, 3277, np.int16)).rms == pytest.approx(-20, abs=0.1)
    assert measure_bytes(np.full(10, 3277, "<i2").tobytes()).seconds == 10 / RATE


def test_measure_tells_speech_from_the_floor() -> None:
    """A third of the time loud, else quiet: both levels are found."""
    levels = spoken(0.5, 0.001)

    assert levels.speech == pytest.approx(-9.03, abs=0.5)
    assert levels.floor == pytest.approx(-60, abs=0.7)


def test_measure_counts_clipped_samples_of_both_signs() -> None:
    samples = np.zeros(1000, np.int16)
    samples[:10], samples[10:15] = 32_767, -32_768

    assert measure(samples).clipped == pytest.approx(0.015)


@pytest.mark.parametrize(
    ("loud", "quiet", "found"),
    [
        (0.3, 0.001, []),
        (3.0, 0.001, ["lower"]),
        (0.005, 0.0001, ["raise"]),
        (0.0005, 0.0005, ["speak"]),
        (0.5, 0.02, ["quiet"]),
        (0.05, 0.05, ["speak", "quiet"]),
    ],
)
def test_faults_name_what_helps(loud: float, quiet: float, found: list[str]) -> None:
    """Good speech has none; too loud, faint, absent and noisy are told apart."""
    assert kinds(spoken(loud, quiet)) == found


def test_faults_of_zeros_are_one() -> None:
    assert kinds(measure(np.zeros(RATE, np.int16))) == ["unmute"]


def test_faults_of_real_recordings() -> None:
    """Of real spoken commands nine in ten are found to be fine or merely noisy or faint."""
    import soundfile

    files = sorted(speech("assistant_real").glob("*.flac"))
    absent = [
        path.name
        for path in files
        if {"speak", "unmute"} & set(kinds(measure(soundfile.read(path, dtype="int16")[0])))
    ]

    assert len(files) > 20
    assert len(absent) <= len(files) / 10, absent


def test_bar_grows_with_the_level() -> None:
    assert bar(LEAST, 10) == ".........."
    assert bar(-30, 10) == "#####....."
    assert bar(0, 10) == "##########"
    assert decibels(0.1) == pytest.approx(-20)
