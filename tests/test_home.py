"""The house that the suite of recordings is heard with: what it takes, and what it must refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.measuring.hearing import understander
from assistant.measuring.speech_figures import shown
from tests import s2p
from tests.s2p import SKILL, Heard, told

TAKEN = {
    "switch on the lamps": "lights state=on",
    "switch off all the bedroom lights": "lights area=bedroom, state=off",
    "turn the desk lamp off please": "lights light=desk lamp, state=off",
    "turn on the ceiling fan in the bedroom": "switch area=bedroom, device=ceiling fan, state=on",
    "dim the living room lights to 30 percent": "brightness area=living room, level=30",
    "make the porch light blue": "colour colour=blue, light=porch light",
    "change the colour of the bathroom lights to warm white": (
        "colour area=bathroom, colour=warm white"
    ),
    "shut the gate": "closed cover=gate",
    "lower all the shades in the dining room": "closed area=dining room, kind=shades",
    "open the bedroom blinds to 40%": "position area=bedroom, kind=blind, level=40",
    "lock the back door": "lock lock=back door",
    "unlock the shed": "unlock lock=shed",
    "is the skylight open": "is_open cover=skylight, is_it=open",
    "are the office lights on": "is_on area=office, state=on",
    "activate movie night": "scene scene=movie night",
    "run the good night script": "script script=good night",
    "pause the music": "pause player=music",
    "next track on the radio": "following player=radio",
    "set the volume of the stereo to 25 percent": "volume level=25, player=stereo",
    "turn up the volume": "louder way=up",
    "make a timer for an hour and a half": "timer length=5400.0",
    "stop the timer": "change does=stop",
    "cancel all the timers": "change_all does=cancel",
    "how warm is it in the garage": "temperature area=garage",
    "set the thermostat to 21 degrees": "heat degrees=21, thermostat=thermostat",
    "how is the weather in boston": "weather town=boston",
    "vacuum the hallway": "vacuum area=hallway",
    "announce that dinner is ready": "broadcast message=dinner is ready",
    "put batteries on my shopping list": "todo item=batteries, which=shopping",
    "forget it": "nothing",
}
"""Orders of each kind, and what is done."""

REFUSED = (
    "turn on the dishwasher",
    "is the fridge door open",
    "set the kitchen lights to plaid",
    "unlock the safe",
    "activate breakfast",
    "open the attic windows",
    "who won the match",
    "the lights were on all night",
    "don't open the garage door",
)
"""What this house has not, and what is no order."""


def test_home_takes_orders_of_each_kind_and_refuses_others() -> None:
    with understander(SKILL) as house:
        done = {said: shown(house.typed(said)).removeprefix("home.") for said in TAKEN}
        others = {said: shown(house.typed(said)) for said in REFUSED}

    assert done == TAKEN
    assert others == dict.fromkeys(REFUSED, "")


def test_home_figures_count_what_was_done_and_what_was_heard() -> None:
    found = [
        Heard("set it to 5 percent", "set it to five per cent", "set it to 5%", "a x=5", "a x=5"),
        Heard("open the gate", "open the date", "open the date", "b", ""),
        Heard("lock the shed", "lock the shed", "unlock the shed", "lock", "unlock"),
        Heard("shut the gate", "shed the gate", "lock the shed", "shut", "lock", read_back=True),
        Heard("oov_7", "hello", "hello", "", ""),
        Heard("oov_8", "lock the shed", "lock the shed", "", "lock"),
    ]
    lines = list(told("as they are", found))

    assert lines[:5] == [
        "as they are: 4 orders, 2 others",
        "  every word right, open ear: 2 (14.3% of all words wrong)",
        "  every word right, all ears: 1 (28.6% of all words wrong)",
        "  intent and slots right: 1",
        "  acted wrongly: on 1 orders, on 1 others; read back first: 1",
    ]
    assert [line.split(":")[0].strip() for line in lines[5:]] == [
        "open the gate",
        "lock the shed",
        "shut the gate",
        "oov_8",
    ]


@pytest.mark.slow
def test_home_understands_every_order_of_the_suite(
    recordings: Path, speech_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And hears some of them, with the suite's noise too."""
    folder = recordings / "s2p_en"
    if not folder.is_dir():
        pytest.skip("needs the recordings of speech-to-phrase in s2p_en/")

    assert s2p.main([str(folder), "--model", str(speech_model), "--limit", "5", "--snr", "10"]) == 0

    lines = capsys.readouterr().out.splitlines()
    right = [int(line.split(": ")[1]) for line in lines if "intent and slots right" in line]
    assert lines[0] == "typed: 5 of 5 orders understood"
    assert len(right) == 2
    assert min(right) > 0
    assert "with its noise at 10 dB: 5 orders, 0 others" in lines


def test_home_suite_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert s2p.main([str(tmp_path)]) == 2

    said = capsys.readouterr().err
    assert "transcripts.tsv can't be read" in said
    assert said.count("\n") == 1
