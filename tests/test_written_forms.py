"""What a recognizer writes, as it is said, compared and handed on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.alike import alike, said_alike
from assistant.language.numerals import (
    YEARS,
    digits,
    figures_in_words,
    in_words,
    ordinal_in_words,
    year_in_words,
)
from assistant.language.spoken import as_said
from assistant.language.tidying import tidy
from assistant.language.tokens import split
from assistant.language.values.numbers import number
from assistant.language.values.ordinals import ordinal
from assistant.measuring.hearing import understander
from assistant.measuring.speech_figures import shown
from assistant.understanding.spoken.choosing import written as typed

TEXT = st.text(max_size=60) | st.lists(
    st.sampled_from(
        "a the timer Set 7:30 p.m. T.V. $5 1/2 20% 3rd 1990s -3 5-10 0.5 J-O-A-N TV °C 5km It's "
        "one hundred and half oh I a b , . ... ! ( [music] no no, ♪ & 's 's' 5'10\" 24/7 "
        "£1.50 (".split()
    ),
    max_size=14,
).map(" ".join)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Set a timer for 10 minutes.", "set a timer for ten minutes"),
        ("Turn on the living-room light.", "turn on the living room light"),
        # Clock times
        ("Wake me up at 7:30 p.m.", "wake me up at seven thirty p m"),
        ("Wake me at 7.30pm, please", "wake me at seven thirty p m please"),
        ("at 7:05 AM", "at seven oh five a m"),
        ("at 7:00", "at seven o'clock"),
        ("at 7:00 P.M.", "at seven p m"),
        ("at 19:00", "at nineteen hundred"),
        ("at 8 am", "at eight a m"),
        ("1:99", "one ninety nine"),
        # Money and shares
        ("What's 20% of $5?", "what's twenty percent of five dollars"),
        ("$1", "one dollar"),
        ("£5.50", "five pounds and fifty pence"),
        ("$0.99", "ninety nine cents"),
        ("€3 million", "three million euros"),
        ("$5k", "five thousand dollars"),
        ("$300", "three hundred dollars"),
        # Parts
        ("Add 1/2 a pound", "add half a pound"),
        ("5½ cups", "five and a half cups"),
        ("2 1/4 cups", "two and a quarter cups"),
        ("3/4 of a cup", "three quarters of a cup"),
        ("a 2/3 majority", "a two thirds majority"),
        ("24/7", "twenty four seven"),
        # Numbers
        ("1,500 watts", "fifteen hundred watts"),
        ("2,000,000", "two million"),
        (
            "2 * 3, 4 x 5, 6 / 7, 8 - 9",
            "two times three four times five six divided by seven eight minus nine",
        ),
        ("1.5", "one point five"),
        ("the 2nd and the 21st", "the second and the twenty first"),
        ("-3 degrees", "minus three degrees"),
        ("5-10 minutes", "five to ten minutes"),
        ("50-50", "fifty fifty"),
        ("555-1234", "five five five one two three four"),
        ("007", "zero zero seven"),
        ("version 1.2.3", "version one point two point three"),
        # Years
        ("in 1984 or 2005", "in nineteen eighty four or two thousand and five"),
        ("in 2026", "in twenty twenty six"),
        ("the 1990s", "the nineteen nineties"),
        ("the '80s", "the eighties"),
        ("on May 5 and Dec. 25, 2026", "on may fifth and december twenty fifth twenty twenty six"),
        ("Maybe 5, Mary 2", "maybe five mary two"),
        ("in May 2026", "in may twenty twenty six"),
        # Letters and short forms
        ("J-O-A-N-N", "j o a n n"),
        ("the T.V.", "the t v"),
        ("the TV at NASA", "the t v at nasa"),
        ("SET A TIMER", "set a timer"),
        ("Dr. Smith of St. James St.", "doctor smith of saint james street"),
        ("salt & vinegar", "salt and vinegar"),
        ("OK, an MP3", "okay an m p three"),
        ("9.45. PM", "nine forty five p m"),
        ("Ring at 6:15. a.m., please", "ring at six fifteen a m please"),
        ("It was 2.5. Am I late?", "it was two point five am i late"),
        # Units
        ("5km at 60 mph", "five kilometres at sixty miles per hour"),
        ("20°C", "twenty degrees celsius"),
        ("72°", "seventy two degrees"),
        ("5'10\"", "five foot ten"),
        ("1 kg", "one kilogram"),
        ("5 in the morning", "five in the morning"),
        ("a 5k run", "a five k run"),
    ],
)
def test_written_is_said(written: str, said: str) -> None:
    assert as_said(written) == said
    assert as_said(said) == said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 7:30 p.m.", "at seven thirty pm"),
        ("at 7:00", "at seven"),
        ("150", "one fifty"),
        ("150", "a hundred and fifty"),
        ("1500", "one thousand five hundred"),
        ("2026", "two thousand and twenty six"),
        ("2026", "two thousand twenty six"),
        ("1905", "nineteen oh five"),
        ("555-1234", "five fifty five twelve thirty four"),
        ("1/2 pound", "a half pound"),
        ("1/3 of it", "a third of it"),
        ("0.5", "point five"),
        ("Never mind.", "nevermind"),
        ("What's that?", "what is that"),
        ("Turn on a T.V.", "turn on a tv"),
        ("Okay.", "ok"),
        ("I can't", "i cannot"),
        ("a light bulb", "a lightbulb"),
        ("my favourite colour", "my favorite color"),
        ("the grey theatre", "the gray theater"),
        ("organise the cancelled dialogues", "organize the canceled dialogs"),
        ("5 litres", "five liters"),
        ("twenty per cent", "20%"),
        ("Café", "cafe"),
    ],
)
def test_written_is_said_alike(one: str, other: str) -> None:
    assert said_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15 minutes", "50 minutes"),
        ("four", "for"),
        ("our", "or"),
        ("turn it on", "turn it off"),
        ("five and a half", "five and a quarter"),
        ("7 am", "7 pm"),
        ("the second", "the seventh"),
        ("filled", "filed"),
        ("a light", "the light"),
        ("$5", "£5"),
        ("is it open", "isn't it open"),
    ],
)
def test_written_is_not_alike(one: str, other: str) -> None:
    assert not said_alike(one, other)


@pytest.mark.parametrize(
    ("heard", "typed"),
    [
        ("[BLANK_AUDIO]", ""),
        (" (upbeat music) Turn on the light.", "turn on the light"),
        ("Turn on the light. [MUS", "turn on the light"),
        ("♪ la la la ♪", ""),
        ("...", ""),
        ("Set a timer for... ten minutes.", "set a timer for ten minutes"),
        ("Wake me up at 7:30 p.m.", "wake me up at 7:30 pm"),
        ("Wake me at 7 p.m. Then stop.", "wake me at 7 pm. then stop"),
        ("Turn on the T.V.", "turn on the TV"),
        ("TV on.", "TV on"),
        ("I'm here, McDonald", "I'm here, McDonald"),
        ("Add milk, eggs, and bread.", "add milk, eggs, and bread"),
        ("What's 2 + (3 * 4)?", "what's 2 + (3 * 4)"),
        # Loops, and what is said again on purpose
        ("Thank you. Thank you. Thank you.", "thank you"),
        ("Yes yes yes yes yes yes", "yes"),
        ("I go to the I go to the I go to the I go", "I go to the"),
        ("Set a timer for 5 minutes. Set a timer for 5 minutes.", "set a timer for 5 minutes"),
        ("No, no, no, twenty.", "no, no, no, twenty"),
        ("Call 5 5 5 5 1 2", "call 5 5 5 5 1 2"),
        ("seven seven seven seven", "seven seven seven seven"),
        ("Sing row, row, row your boat.", "sing row, row, row your boat"),
        ("New York, New York", "New York, New York"),
    ],
)
def test_written_is_tidied(heard: str, typed: str) -> None:
    assert tidy(heard) == typed


def test_written_is_understood_as_what_is_said() -> None:
    """With the bundled skills; what is told besides is how it was worded."""
    written = (
        "Set a timer for 10 minutes.",
        "Set a timer for 1 hour and 30 minutes.",
        "Set a timer for 5 1/2 minutes.",
        "Set a 10-minute timer.",
        "Wake me up at 7:30 p.m.",
        "Wake me at 7:00.",
        "Wake me up tomorrow at 6:05.",
        "Set an alarm for every weekday at 6:45 a.m.",
        "Remind me on the 21st at noon to pay the rent.",
        "Remind me on May 5 to call mum.",
        "Okay, roll 2 dice.",
    )
    with understander(None) as house:
        heard = {text: shown(house.typed(tidy(text))) for text in written}
        said = {text: shown(house.typed(typed(as_said(text)))) for text in written}

    assert "" not in heard.values()
    assert heard == said


WHOLE = st.integers(0, 10**15 - 1) | st.integers(0, 3000)


@given(WHOLE)
def test_written_numbers_are_read_back(value: int) -> None:
    """What is said for a number is read as that number by those who read what is typed."""
    for written in (in_words(value), in_words(value).replace(" and ", " ")):
        words = split(written)
        assert number(words, 0) == (value, len(words)), written


@given(st.integers(1, 999))
def test_written_ordinals_are_read_back(value: int) -> None:
    words = split(ordinal_in_words(value))

    assert ordinal(words, 0) == (value, len(words))


@given(WHOLE)
def test_written_numbers_are_alike_however_they_are_said(value: int) -> None:
    ways = [f"{value:,}", in_words(value), in_words(value).replace(" and ", " ")]
    ways += [digits(str(value)), figures_in_words(str(value))]
    ways += [year_in_words(value)] if value in YEARS else []
    for way in ways:
        assert alike(f"in {way} days") == ["in", str(value), "days"], way


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", " p.m.", "pm", " A.M."]))
def test_written_times_are_alike_however_they_are_said(hour: int, minute: int, half: str) -> None:
    said = as_said(f"at {hour}:{minute:02d}{half}")

    assert alike(said) == alike(f"at {hour}:{minute:02d}{half}")
    assert not any(sign.isdigit() for sign in said)


@given(TEXT)
def test_written_is_words_alone_when_it_is_said(text: str) -> None:
    """Only letters, blanks and apostrophes within words; what is said is said as it is."""
    said = as_said(text)

    assert all(sign.isalpha() or sign in " '" for sign in said)
    assert said == " ".join(said.split()).lower()
    assert as_said(said) == said
    assert said_alike(text, said)


@given(TEXT)
def test_written_is_tidied_once(text: str) -> None:
    """Tidying what is tidy changes nothing, and no word comes in."""
    once = tidy(text)

    assert tidy(once) == once
    assert len(alike(once)) <= len(alike(text)) + text.count(".")


@pytest.mark.parametrize("text", ["1" * 2000, "a " * 1000, "♪a" * 1000, "1/2 " * 500, "[" * 2000])
def test_written_endlessly_is_said_and_tidied_all_the_same(text: str) -> None:
    """What a decoder in a loop writes is cut, and each of its words looked at a few times only."""
    assert tidy(tidy(text)) == tidy(text)
    assert said_alike(as_said(text), text)


LOOPED = st.permutations("turn on the light please it was said".split())


@given(LOOPED, st.integers(4, 8), st.integers(3, 6), st.integers(0, 8))
def test_written_loops_end(words: list[str], size: int, times: int, cut: int) -> None:
    """Whatever a decoder says over and over is there once, cut off or not."""
    piece = words[:size]
    looped = tidy(" ".join([*piece * times, *piece[: min(cut, size - 1)]]))

    assert looped.split() == piece
