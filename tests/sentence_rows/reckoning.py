"""Days, hours, sums and units, and what recurs."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sentence_rows.making import Told


def told(sentence: str, reply: str, intent: str = "*.*") -> Told:
    """Return a question whose answer must contain something."""
    return (sentence, intent, f"reply={reply}")


def recurring() -> Iterator[Told]:
    """What recurs is set as such; it is never set once."""
    for words in (
        "wake me {Y} at {T}", "{Y} wake me at {T}", "set an alarm for {T} {Y}",
        "set an alarm at {T} on {W}", "alarm on {W} at {T}", "i want to be woken {Y} at {T}",
        "set a recurring alarm for {T} on {W}", "wake me up at {T} on {W}",
    ):  # fmt: skip
        yield (words, "alarm.*", "reply=every ; {T.shown}")
    for words in (
        "remind me {Y} at {T} to {K}", "remind me to {K} {Y} at {T}", "{Y} at {T} remind me to {K}",
        "remind me at {T} {Y} to {K}", "set a reminder to {K} {Y} at {T}",
        "don't let me forget to {K} {Y} at {T}", "remind me on {W} at {T} to {K}",
    ):  # fmt: skip
        yield (words, "reminder.*", "reply=every ; {K}")
    every = "before=wake me every weekday at 7 am"
    yield ("wake me {Y}", "alarm.*:asked")
    yield ("remind me {Y} to {K}", "reminder.*:asked")
    yield ("what alarms do i have", "alarm.*", every, "reply=every weekday ; 07:00")
    yield ("when is my next alarm", "alarm.*", every, "reply=07:00")
    yield ("skip tomorrow's alarm", "alarm.*", every, "reply=!I can")
    yield ("stop the weekday alarm", "alarm.*", every)
    yield ("set a timer for {L} {Y}", "not acted")
    yield ("remind me twice a day to {K}", "not acted")
    yield (
        "wake me at {T} every day until friday",
        "alarm.*",
        "reply={T.shown} ; until|fri|6 March",
    )
    yield ("wake me {Y} at {T} except on holidays", "not acted")
    yield ("remind me on the first of every month at {T} to {K}", "reminder.*", "reply={K} ; month")
    yield ("remind me every year on 3 may at {T} to {K}", "reminder.*", "reply={K} ; year")
    yield ("add {I} to my shopping list {Y}", "not acted")


def days() -> Iterator[Told]:
    """Questions about days and hours: the right one, or a question."""
    for day, weekday, date in (
        ("3 april 2026", "Friday", "3 April"), ("the 12th of may", "Tuesday", "12 May"),
        ("june 21", "Sunday", "21 June"), ("24/12/2026", "Thursday", "24 December"),
        ("1 january", "Friday", "1 January"), ("31 october", "Saturday", "31 October"),
        ("a week on thursday", "Thursday", "12 March"), ("in ten days", "Saturday", "14 March"),
        ("three weeks from today", "Wednesday", "25 March"), ("tomorrow", "Thursday", "5 March"),
        ("the last friday of march", "Friday", "27 March"), ("oct. 9th", "Friday", "9 October"),
        ("two days before easter", "Friday", "3 April"), ("the first monday in june", "Monday",
                                                          "1 June"),
        ("the end of this month", "Tuesday", "31 March"), ("5 days after sunday", "Friday",
                                                           "13 March"),
    ):  # fmt: skip
        yield told(f"what day is {day}", weekday)
        yield told(f"what date is {day}", date)
        yield told(f"tell me which weekday {day} is", weekday)
    for day, weekday, date in (
        ("yesterday", "Tuesday", "3 March"), ("last friday", "Friday", "27 February"),
        ("two weeks ago", "Wednesday", "18 February"), ("ten days ago", "Sunday", "22 February"),
        ("the day before yesterday", "Monday", "2 March"), ("last month on the 9th", "Monday",
                                                            "9 February"),
    ):  # fmt: skip
        yield told(f"what day was {day}", weekday)
        yield told(f"what was the date {day}", date)
        yield told(f"which date was it {day}", date)
    for words, reply in (
        ("is today wednesday", "yes"), ("is it thursday today", "no"), ("is it march", "yes"),
        ("is tomorrow friday", "no"), ("is it past 9", "yes"), ("is it monday", "no"),
        ("is 2028 a leap year", "yes"), ("is this a leap year", "no"), ("was 1900 a leap year",
                                                                        "no"),
        ("when is the next leap year", "2028"), ("what week is it", "10"),
        ("what is the week number of 1 june", "23"), ("how many days are in february", "28"),
        ("how many days does this month have", "31"), ("what day of the year is it", "63"),
        ("how many days until 14 march", "10"), ("how many days since 1 march", "3"),
        ("how many days from 1 may to 11 may", "1"), ("days between 4 march and 14 march", "1"),
        ("how many hours until 6 pm", "8"), ("how long until noon", "2 hours"),
        ("how many minutes until 11", "60"), ("what time will it be in 4 hours", "14:00"),
        ("what time was it half an hour ago", "09:30"), ("what time is it in 90 minutes", "11:30"),
        ("what time is it in tokyo", "18:00"), ("what is the time in new york now", "04:00"),
        ("what time is it in são paulo", "06:00"), ("how late is it in london at present", "09:00"),
        ("what's the time difference between berlin and tokyo", "8 h"),
        ("if it is 3 pm in london what time is it here", "16:00"),
        ("what time is it in tokyo when it is 8 am here", "16:00"),
        ("what time is it in berlin when it is noon in new york", "17:00|18:00"),
        ("how far ahead is tokyo", "8 h"), ("when is easter", "5 April"),
        ("when is christmas", "25 December"), ("on which weekday is new year", "Friday"),
        ("how long until the weekend", "3 days"), ("what year is it", "2026"),
        ("what month is it", "March"), ("what year was it ten years ago", "2016"),
        ("what month will it be in three months", "June"), ("what day is it in hawaii", "Tuesday"),
    ):  # fmt: skip
        if "|" not in reply:
            yield told(words, reply)
            yield told(f"hey, {words}?", reply)
            yield told(f"can you tell me {words}", reply) if not words.startswith(("is", "was")) \
                else told(f"{words}, please?", reply)  # fmt: skip
    for words in (
        "what day is 31 april", "how many days until 30 february",
        "what date is the 5th friday of february", "wake me at 25:00", "set an alarm for 7:75", "remind me on 31 june to {K}",
        "days between 31 november and christmas", "set an alarm for 13 pm",
    ):  # fmt: skip
        yield (words, "unchanged", "reply=!set for")


def sums() -> Iterator[Told]:
    """Sums: the right number, or a question."""
    for words, reply in (
        ("12 plus 30", "42"), ("7 times 8", "56"), ("100 minus 58.5", "41.5"), ("9 squared", "81"),
        ("two thirds of 60", "40"), ("three quarters of 120", "90"), ("half of 90", "45"),
        ("15 percent of 80", "12"), ("80 plus 15 percent", "92"), ("80 minus 25%", "60"),
        ("one hundred and five times two", "210"), ("two hundred and fifty divided by five", "50"),
        ("the square root of 144", "12"), ("2 to the power of 10", "1,024"), ("3 – 5", "-2"),
        ("five dozen", "60"), ("a couple of dozen", "24"), ("6 eights", "48"), ("1/4 of 200", "50"),
        ("the sum of 4, 5 and 6", "15"), ("the remainder of 20 divided by 6", "2"),
        ("point five plus one", "1.5"), ("2³", "8"), ("5 more than 20", "25"),
        ("three point five times two", "7"), ("nine hundred ninety nine plus one", "1,000"),
        ("seventy five hundred minus 500", "7,000"), ("250 and 8", "258"), ("0.1 + 0.2", "0.3"),
        ("(2 + 3) * 4", "20"), ("10 / 4", "2.5"), ("7 factorial", "5,040"), ("1e3 + 1", "1,001"),
        ("-4 + 9", "5"), ("20 less 6", "14"), ("double 35", "70"), ("a third of 33", "11"),
    ):  # fmt: skip
        yield told(f"what is {words}", reply)
        yield told(f"how much is {words}", reply)
        yield told(f"calculate {words}", reply)
        yield told(f"hey, what's {words}?", reply)
    for words in (
        "what is 5 divided by 0", "what is 0/0", "what is 9**9**9**9", "what is 5 plus",
        "what is plus 5 times", "what is 1 2 3 plus", "what is twelve plus banana",
        "what is the square root of -4", "factorial of 9999999", "what is 8493,11 times",
        "what is my age times two", "what is 5 apples plus 3 pears", "calculate the weather",
        "calculate it", "what is the answer to everything times two", "how much is the fish",
    ):  # fmt: skip
        yield (words, "not acted|*.*:failed")
    for first, then, reply in (
        ("what is 5 plus 5", "times 3", "30"), ("what is 12 times 2", "plus 6", "30"),
        ("what is 100 minus 40", "divide that by 2", "30"), ("what is 9 plus 1", "half of that", "5"),
        ("what is 7 plus 8", "and minus 5", "10"), ("what is 2 times 3", "squared", "36"),
    ):  # fmt: skip
        yield (then, "*.*", f"before={first}", f"reply={reply}")


def measures() -> Iterator[Told]:
    """Units: the right amount, or a question."""
    for amount, unit, reply in (
        ("5 miles", "km", "8.0"), ("3 kg", "pounds", "6.6"), ("10 inches", "cm", "25.4"),
        ("100 c", "f", "212"), ("20 degrees c", "fahrenheit", "68"), ("0 c", "kelvin", "273.15"),
        ("12 stone", "kg", "76.2"), ("11 stone 6", "kg", "72.5"), ("2 cups", "ml", "47"),
        ("8 fl oz", "ml", "23"), ("5 feet 10 inches", "cm", "177.8"), ("2 hours", "minutes", "120"),
        ("3 days", "hours", "72"), ("half a mile", "metres", "80"), ("60 mph", "km/h", "96.5"),
        ("a dozen inches", "feet", "1"), ("2.5 acres", "hectares", "1.0"), ("1 gb", "mb", "1,0"),
        ("98.6 fahrenheit", "celsius", "37"), ("1 gallon", "litres", "3.7"), ("4 yards", "m", "3.6"),
    ):  # fmt: skip
        yield told(f"convert {amount} to {unit}", reply)
        yield told(f"what is {amount} in {unit}", reply)
        yield told(f"how much is {amount} in {unit}", reply)
        yield told(f"{amount} into {unit}", reply)
        yield told(f"can you turn {amount} into {unit} for me", reply)
    for words in (
        "convert 5 pounds to dollars", "convert 5 kg to miles", "how many litres in a metre",
        "convert -300 celsius to kelvin", "convert 5 to km", "convert 5 bananas to km",
        "convert miles", "convert 3 to 4", "what is 20 oz of gold in euros", "change 5 to 6",
        "convert this text to pdf", "convert me to something", "turn water into wine",
        "how many km in my commute", "how many seconds in my life", "convert km",
        "what is five in red", "how tall is 6", "turn left in 100 metres", "convert 3 dogs to cats",
    ):  # fmt: skip
        yield (words, "not acted|*.*:failed")
    yield told("a rise of 10 celsius in fahrenheit", "18")
    yield told("what is a temperature difference of 5 celsius in fahrenheit", "9")
    yield told("what is 180 cm in feet and inches", "5")
    yield told("what is 5 feet plus 3 inches", "3")
    yield told("add 2 km and 300 m", "2.3")
