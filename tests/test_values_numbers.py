"""Numbers, shares, ordinals, quantities and sums are read wherever they stand, or not at all."""

from __future__ import annotations

import pytest

from assistant.errors import SkillError
from assistant.language import measures
from assistant.language.values import Formula, Percentage, Quantity, Unit, slot_type
from assistant.language.values.finding import read_whole
from assistant.language.values.ordinals import ordinal
from assistant.language.values.quantities import SIZES
from assistant.testing import WEDNESDAY

NUMBERS: dict[str, float | None] = {
    # misspelt, written together, in pieces
    "fourty two": 42,
    "twentyone": 21,
    "seventy-five": 75,
    # hundreds and scales, falling
    "two hundred and fifty": 250,
    "twelve hundred and fifty": 1250,
    "nine hundred ninety nine thousand nine hundred ninety nine": 999_999,
    "five hundred million two hundred thousand and six": 500_200_006,
    "hundred thousand": 100_000,
    "two thousand millions": 2e9,
    "six trillion": 6e12,
    "7 thousand 2 hundred and 5": 7205,
    # points
    ".75": 0.75,
    "point five": 0.5,
    "zero point zero five": 0.05,
    "three dot twenty five": 3.25,
    "two point six million": 2_600_000,
    # figures with letters and commas
    "1,000.50": 1000.5,
    "4.5M": 4_500_000,
    "9k": 9000,
    # parts
    "½": 0.5,
    "2½": 2.5,
    "2 1/2": 2.5,
    "five and three eighths": 5.375,
    "seven-eighths": 0.875,
    "a million and a half": 1_500_000,
    "two and a half thousand": 2500,
    "three quarters of a million": 750_000,
    "one pound and a half": 1.5,
    # by the dozen
    "a couple of dozen": 24,
    "a couple of thousand": 2000,
    "three dozens": 36,
    "a gross": 144,
    # signs
    "minus two thirds": -2 / 3,
    "- 17": -17,
    # what is no one number
    "one two three": None,
    "nineteen eighty four": None,
    "twenty twenty": None,
    "3,5": None,
    "12,34": None,
    "7:30": None,
    "555-1234": None,
    "3rd": None,
    "3.5.2": None,
    "1e400": None,
    "1e9 hours": None,
    "half past": None,
    "9" * 40: None,
}

ORDINALS: dict[str, int | None] = {
    "3rd": 3,
    "101st": 101,
    "2,000th": 2000,
    "twenty-first": 21,
    "one hundred and third": 103,
    "two hundred thirty fourth": 234,
    "two thousandth": 2000,
    "hundredth": 100,
    "the last": -1,
    "the second to last": -2,
    "twenty": None,
}

QUANTITIES: dict[str, tuple[float, str] | None] = {
    "5 miles": (5, "mile"),
    "5½ miles": (5.5, "mile"),
    "a kilogram": (1, "kilogram"),
    "half a litre": (0.5, "liter"),
    "a mile and a half": (1.5, "mile"),
    "5 feet 10 inches": (70 / 12, "foot"),
    "6 foot 2": (74 / 12, "foot"),
    "6'2\"": (74 / 12, "foot"),
    "11 stone 6": (11 + 6 / 14, "stone"),
    "2 lb 3 oz": (2 + 3 / 16, "pound"),
    "1 km and 250 metres": (1.25, "kilometer"),
    "a 3-inch": (3, "inch"),
    "21 degrees c": (21, "degC"),
    "68 °F": (68, "degF"),
    "300K": (300, "kelvin"),
    "30 miles an hour": (30, "mile / hour"),
    "8 fl oz": (8, "fluid_ounce"),
    "9 square feet": (9, "foot ** 2"),
    "9 m²": (9, "meter ** 2"),
    "3.5 kW": (3.5, "kilowatt"),
    "8 Mb": (8, "megabit"),
    "8 MB": (8, "megabyte"),
    "120 mmHg": (120, "mmHg"),
    "7 l/100km": (7, "liter / (100 kilometer)"),
    "a difference of 10 degrees celsius": (10, "delta_degC"),
    "25 mw": None,
    "5 florps": None,
    "miles": None,
}

SUMS: dict[str, float | None] = {
    "half a percent of 2000": 10,
    "15 percent of $80": 12,
    "a 20% tip on £45": 9,
    "$5 + $3": 8,
    "$5 + €3": None,
    "$5": None,
    "fourty plus two": 42,
    "ten minus three": 7,
    "three quarters times 4": 3,
    "three hundred and five plus two": 307,
    "one and a half plus 2": 3.5,
    "2 plus 2 times 3": 8,
    "(2 + 3) * 4": 20,
    "2 ^ 3 ^ 2": 512,
    "-2 ^ 2": -4,
    "minus 3 minus -4": 1,
    "45 + 20%": 54,
    "45 - 20%": 36,
    "take 10% off 50": 45,
    "add 20% to 45": 54,
    "15 percent of 80": 12,
    "two thirds of 90": 60,
    "half of 90": 45,
    "double 7": 14,
    "subtract 3 from 10": 7,
    "the square root of 16 plus 9": 13,
    "5 factorial": 120,
    "a dozen times 3": 36,
    "7×8": 56,
    "the difference between 3 and 10": 7,
    # several that are listed, and what two leave over
    "the sum of 3, 4 and 8": 15,
    "add two, three and four": 9,
    "multiply 2, 3 and 4": 24,
    "the average of 3, 4 and 8": 5,
    "the remainder of 50 divided by 7": 1,
    "9 goes into 72": 8,
    # shares of what they are compared with
    "20 percent more than 50": 60,
    "5% less than 200": 190,
    # powers by their place, brackets that touch, "!" as a mark and as a factorial
    "ten to the sixth": 1_000_000,
    "3 to the 4th power": 81,
    "2(3 + 4)": 14,
    "(1 + 2)(3 + 4)": 21,
    "5!": 120,
    "3+4!": 27,
    "seven times eight!": 56,
    "the result of 3 plus 4": 7,
    "1e3 + 1": 1001,
    "nineteen eighty four plus one": None,
    "2026-05-03": None,
    "555-1234": None,
    "7:30": None,
    "twenty to five": None,
    "five": None,
    "2 plus": None,
    "five and three": None,
}


@pytest.mark.parametrize("said", NUMBERS)
def test_values_numbers(said: str) -> None:
    """A number is the longest that its words make; a piece of something else is none."""
    wanted = NUMBERS[said]

    assert slot_type(float).parse(said, WEDNESDAY) == (wanted and pytest.approx(wanted))


@pytest.mark.parametrize("said", ORDINALS)
def test_values_ordinals(said: str) -> None:
    """A place is told by an ordinal of any size, from the front or the end."""
    assert read_whole(said, WEDNESDAY, ordinal) == ORDINALS[said]


@pytest.mark.parametrize("said", QUANTITIES)
def test_values_quantities(said: str) -> None:
    """A quantity is its pieces added up, in the unit of the first."""
    found, wanted = slot_type(Quantity).parse(said, WEDNESDAY), QUANTITIES[said]

    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        assert (found.magnitude, found.unit) == (pytest.approx(wanted[0]), wanted[1])


@pytest.mark.parametrize("said", SUMS)
def test_values_sums(said: str) -> None:
    """A sum is what all of its words make, the tighter ones first."""
    formula, wanted = Formula.parse(said), SUMS[said]

    assert (formula.value() if formula else None) == (wanted and pytest.approx(wanted))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("1 divided by 0", "divides by zero"),
        ("factorial of 5000", "no answer"),
        ("1e400 + 1", "no answer"),
        ("10 to the power of 9999", "no answer"),
        ("7" + " squared" * 60, "no answer"),
        ("2" + " ^ 2" * 30, "no answer"),
        ("the square root of -4", "no answer"),
        ("8493,11 / 876,6", "decimal point"),
        ("times two", "no result yet"),
    ],
)
def test_values_sums_without_an_answer_say_why(said: str, told: str) -> None:
    """What has no answer is told in one sentence."""
    formula = Formula.parse(said)

    assert formula is not None
    with pytest.raises(SkillError, match=told):
        formula.value()


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("times 3", 36),
        ("and divided by 4", 3),
        ("minus 2", 10),
        ("half of that", 6),
        ("times 2 plus 1", 25),
        ("and then add 5", 17),
        ("that squared", 144),
    ],
)
def test_values_sums_go_on_from_the_last(said: str, result: float) -> None:
    """What goes on from the last result is given it."""
    formula = Formula.parse(said)

    assert formula is not None
    assert formula.running
    assert formula.value(12) == result


@pytest.mark.parametrize("said", ["of 2", "and of 2", "and then of the square root of 9"])
def test_values_sums_are_of_nothing_that_was_not_said(said: str) -> None:
    """A share of the last result is "half of that"; "of" alone says no part of it."""
    assert Formula.parse(said) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("hey what is 7 times 8, my friend", ["7 times 8"]),
        ("is it 2 plus 2 or 3 plus 3", ["2 plus 2", "3 plus 3"]),
        ("how many times does 7 go into 42", ["7 go into 42"]),
        ("now what is that doubled", ["that doubled"]),
        ("ok and times 2 please", ["and times 2"]),
        # what stands beside it makes another sum of it
        ("what is 3,5 plus 2 today", []),
        ("what is 2 plus 3,5 today", []),
        ("what is 1e3 plus 1 then", ["1e3 plus 1"]),
        ("what is nineteen ninety two plus three", []),
        ("what is the median of 2 plus 2", []),
        ("is it 3 plus 4 and then times 2", []),
        ("what is 5 feet plus 3 inches", []),
        ("so 2 plus 2 minus something", []),
        ("so what is half of $90 then", ["half of $90"]),
        ("i had $5 + 3 + €2 yesterday", []),
        ("so 1" + " plus 1" * 40 + ", then", ["1" + " plus 1" * 40]),
    ],
)
def test_values_sums_are_found_whole_or_not(said: str, found: list[str]) -> None:
    """Inside a sentence a sum is not read where a neighbour makes another of it."""
    assert [each.text for each in slot_type(Formula).find(said, WEDNESDAY)] == found


def test_values_numbers_are_found_whole_or_not() -> None:
    """Inside sentences neither a piece of a date nor of a list is a number."""
    numbers, share = slot_type(float), slot_type(Percentage)

    def found(text: str) -> list[float]:
        return [each.value for each in numbers.find(text, WEDNESDAY)]

    assert found("it is 3,5 or 4") == [4]
    assert found("version 3.5.2 of the third quarter") == []
    assert found("one two three go") == []
    assert found("between five and ten") == [5, 10]
    assert [f.text for f in share.find("take fifteen percent off", WEDNESDAY)] == [
        "fifteen percent"
    ]


@pytest.mark.parametrize(
    ("amount", "unit", "result"),
    [
        ("5 feet 10 inches", "centimeter", 177.8),
        ("20 oz", "liter", 0.5914706),
        ("30 mpg", "liter / (100 kilometer)", 7.8404861),
        ("20 degrees", "degF", 68),
        ("a difference of 10 celsius", "degF", 18),
        ("0 c", "kelvin", 273.15),
        ("0 miles", "kilometer", 0),
    ],
)
def test_values_quantities_are_converted(amount: str, unit: str, result: float) -> None:
    """A quantity is told in another unit of the same thing."""
    quantity = Quantity.parse(amount)

    assert quantity is not None
    assert quantity.to(unit).magnitude == pytest.approx(result)


@pytest.mark.parametrize(
    ("amount", "unit", "told"),
    [
        ("5 miles", "kilogram", "miles can't be converted to kilograms"),
        ("-300 celsius", "kelvin", "absolute zero"),
        ("5 dollars", "money", "can't convert money"),
    ],
)
def test_values_quantities_that_cannot_be_converted_say_why(
    amount: str, unit: str, told: str
) -> None:
    """One sentence tells what is in the way."""
    quantity = Quantity.parse(amount)

    assert quantity is not None
    with pytest.raises(SkillError, match=told):
        quantity.to(unit)


def test_values_units_are_those_of_pint() -> None:
    """Every name stands for a unit pint knows, and every size is the size it has there."""
    import pint

    units = pint.UnitRegistry()
    whole = {"length": "meter", "mass": "kilogram", "volume": "liter", "time": "second"}

    assert [name for name in set(measures.named().values()) if not units.parse_units(name)] == []
    for unit, (kind, size) in SIZES.items():
        assert units.Quantity(1, unit).to(whole[kind]).magnitude == pytest.approx(size)


@pytest.mark.parametrize("text", ["km", "Miles", "feet and inches", "degrees C", "miles per hour"])
def test_values_units_are_named(text: str) -> None:
    """A unit is named alone, or with a smaller one for the rest."""
    assert Unit.parse(text).name
    assert bool(Unit.parse(text).rest) == (" and " in text)
    with pytest.raises(ValueError, match="florps"):
        Unit.parse("florps")


@pytest.mark.parametrize(
    "text",
    ["half of " * 200 + "8", "(" * 900 + "2" + ")" * 900, "9" * 1900, "9 plus " * 250 + "1",
     "-" * 1500 + "1", "double " * 250 + "1", "twenty " * 300, "1/2 " * 400, "2^" * 900 + "2",
     "5" + "!" * 1900 + "+ 1", "sqrt " * 390 + "2", "2(" * 600, "1+" * 990 + "1"],
    ids=["halves", "brackets", "figures", "sums", "signs", "doubles", "words", "fractions",
         "powers", "factorials", "roots", "factors", "terms"],
)  # fmt: skip
def test_values_sums_and_numbers_of_hostile_texts_end(text: str) -> None:
    """However deep or long, a text is read to its end, and what is too deep is no sum."""
    formula = Formula.parse(text)

    assert formula is None or 0 < formula.value() < 3000
    assert slot_type(Quantity).find(text, WEDNESDAY) == []
    assert slot_type(int).parse(text, WEDNESDAY) is None
