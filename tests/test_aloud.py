"""What is read aloud is short, free of markdown, and every sign in it can be said."""

from __future__ import annotations

import pytest

from assistant.language.readable import clock_words
from assistant.speech.speaking.aloud import LONGEST, REST, SHORTLY, aloud
from assistant.turn import Reply

CASES = {
    # numbers and units
    "5 miles is 8.05 km.": "5 miles is 8.05 kilometres.",
    "It is 3 °C outside.": "It is 3 degrees Celsius outside.",
    "1 °C": "1 degree Celsius.",
    "-5°F at night": "minus 5 degrees Fahrenheit at night.",
    "15 % of 80 is 12.": "15 percent of 80 is 12.",
    "About 15%.": "About 15 percent.",
    "1 day is 86,400 seconds.": "1 day is 86400 seconds.",
    "1,000 and 2,500,000": "1000 and 2500000.",
    "1\u202f000 km": "1000 kilometres.",
    "100 km/h is 62.14 mph.": "100 kilometres per hour is 62.14 miles per hour.",
    "9.81 m/s²": "9.81 metres per second squared.",
    "The flat has 54 m², the pool 30 m³.": (
        "The flat has 54 square metres, the pool 30 cubic metres."
    ),
    "5 min, 2 h and 30 s": "5 minutes, 2 hours and 30 seconds.",
    "1 min left": "1 minute left.",
    "62 GB of 271 GB are free (43 % used).": (
        "62 gigabytes of 271 gigabytes are free, 43 percent used."
    ),
    "You rolled 1, 6 (7 in all).": "You rolled 1, 6, 7 in all.",
    "6 ft is 182.88 cm": "6 feet is 182.88 centimetres.",
    "Music of the 1980s": "Music of the 1980s.",
    "5 more in all": "5 more in all.",
    "2.333333333.": "about 2.333.",
    "1.2676506e+30.": "1.27 times ten to the power of 30.",
    "2½ cups, ¾ full": "2 and a half cups, three quarters full.",
    "#3 of 5": "number 3 of 5.",
    # money
    "€5": "5 euros.",
    "That is $1.": "That is 1 dollar.",
    "£1,250.50 in all": "1250 pounds and 50 pence in all.",
    "€2.05 or $0.99": "2 euros and 5 cents or 99 cents.",
    "£3.00 and €0.01": "3 pounds and 1 cent.",
    "$1.50 million, ¥3.55 or €1.5": "1.50 million dollars, 3.55 yen or 1.5 euros.",
    "€2.50 to 3": "2.50 to 3 euros.",
    "12 € each": "12 euros each.",
    "$3 million": "3 million dollars.",
    # dates and times
    "Alarm set for tomorrow at 06:30.": "Alarm set for tomorrow at six thirty.",
    "at 19:00": "at seven pm.",
    "It is 00:00.": "It is midnight.",
    "It is 00:15.": "It is twelve fifteen am.",
    "It is 12:05.": "It is twelve oh five.",
    "Wake up, it is 6:30 am.": "Wake up, it is six thirty am.",
    "7:00 pm": "seven pm.",
    "06:30–07:00": "six thirty to seven o'clock.",
    "tomorrow at 17:00: call mum": "tomorrow at five pm: call mum.",
    "Due 2026-11-21.": "Due the 21st of November 2026.",
    "2026-11-21T06:30": "the 21st of November 2026 at six thirty.",
    "Sat 21 Nov, 17:20": "Saturday the 21st of November, five twenty pm.",
    "Mar 3 or 4 Dec.": "March 3 or the 4th of December.",
    "the 2 March, 11 May and 23 June": "the 2nd of March, the 11th of May and the 23rd of June.",
    "room 4.3 March on": "room 4.3 March on.",
    "2026-13-45": "2026-13-45.",
    # ranges and signs
    "5–7 days": "5 to 7 days.",
    "3-5 km": "3 to 5 kilometres.",
    "€5–7": "5 to 7 euros.",
    "Call 555-1234.": "Call 555-1234.",
    "Berlin → Rome": "Berlin to Rome.",
    "2 × 3 = 6": "2 times 3 equals 6.",
    "8 ÷ 3 ≈ 2.67": "8 divided by 3 is about 2.67.",
    "−4 + 2": "minus 4 plus 2.",
    "2 * 3, 6 / 2": "2 times 3, 6 divided by 2.",
    "x² ≥ 4": "x squared is at least 4.",
    "bread & butter": "bread and butter.",
    "Fruit, e.g. apples": "Fruit, for example apples.",
    "Done ✅ 🎉!": "Done!",
    "👩‍👩‍👧 family ❤️": "family.",
    "mail anna@home.net": "mail anna at home.net.",
    # markdown
    "**Bold** and *soft* and `code` and ~~gone~~": "Bold and soft and code and gone.",
    "snake_case stays, _leant_ not": "snake case stays, leant not.",
    "See [the manual](https://example.org/a_b?c=d).": "See the manual.",
    "See https://example.org/a.": "See a link.",
    "# Lists\nThere are two.": "Lists. There are two.",
    "> so he said": "so he said.",
    "one\n\n---\n\ntwo": "one. two.",
    "- tomorrow at 06:30\n- tomorrow at 19:00": "tomorrow at six thirty and tomorrow at seven pm.",
    "Your list:\n\n- milk\n- eggs\n- bread": "Your list: milk, eggs and bread.",
    "- [x] milk\n- [ ] eggs": "milk, done and eggs.",
    "1. mix\n2. bake": "mix and bake.",
    "- a\n- b\n- c\n- d\n- e\n- f": "a, b, c, d, e and f.",
    "- a\n- b\n- c\n- d\n- e\n- f\n- g": "a, b, c, d, e and 2 more.",
    "- Say it once. Then wait.\n- Go on.": "Say it once. Then wait. Go on.",
    "Say “remind me to …”, or “help”.": "Say, remind me to, or help.",
    "Say “what can you do” to see more.": "Say, what can you do, to see more.",
    "Say “when I say … I mean …”. So.": "Say, when I say, I mean. So.",
    "I know nothing about “ip address”.": "I know nothing about ip address.",
    "Did you mean “set a timer until …”?": "Did you mean, set a timer until?",
    "Well… yes": "Well, yes.",
    "Pasta timer: 10 minutes left.\nTea timer: 2 minutes left.": (
        "Pasta timer: 10 minutes left. Tea timer: 2 minutes left."
    ),
    "the key is under the pot\nthe code is 1234": "the key is under the pot. the code is 1234.",
    "The sum:\n```\n1 + 1\n```": f"The sum. {REST}",
    "| a | b |\n|---|---|\n| 1 | 2 |": REST,
    "<b>Hot</b> soup": "Hot soup.",
    "3 < 4": "3 is less than 4.",
    "": "",
    "🎉": "",
}


@pytest.mark.parametrize(("text", "read"), CASES.items(), ids=lambda value: str(value)[:30])
def test_aloud_reads(text: str, read: str) -> None:
    assert aloud(Reply(text)) == read


def test_aloud_takes_the_speech_a_skill_gives() -> None:
    """The words for the ear are read, all of them, and their signs said too."""
    things = ", ".join(f"thing {n}" for n in range(30))

    assert aloud(Reply("- **milk**", "Milk, 3 °C.")) == "Milk, 3 degrees Celsius."
    assert aloud(Reply("seen", f"On it: {things}.")) == f"On it: {things}."


def test_aloud_is_short() -> None:
    """Whole sentences are read up to a limit, and the listener hears that there is more."""
    read = aloud(Reply("This is one sentence of the reply. " * 40))

    assert read.endswith(f"reply. {REST}")
    assert len(read) <= SHORTLY + len(REST) + 1
    assert len(aloud(Reply("x", "endless " * 1000))) <= LONGEST + len(REST) + 2


def test_aloud_cuts_a_sentence_without_end() -> None:
    read = aloud(Reply("word " * 200))

    assert read.endswith(f"word. {REST}")
    assert len(read) <= SHORTLY + len(REST) + 2


def test_aloud_of_every_minute_has_no_figures() -> None:
    """Each time of the day is read in words, and no two the same."""
    said = [aloud(Reply(f"{h:02}:{m:02}")) for h in range(24) for m in range(60)]
    ambiguous = [clock_words(h, m) for h in range(24) for m in range(60)]

    assert not [text for text in said if any(sign.isdigit() or sign == ":" for sign in text)]
    assert len(set(ambiguous)) == 24 * 60
