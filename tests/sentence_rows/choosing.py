"""Choosing among several, correcting, and going on: short dialogues, each in a home of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.sentence_rows.making import FILLERS, Row, talks


def dialogues(kind: str, pattern: str, fillers: Sequence[dict[str, str]]) -> Iterator[str]:
    """Give a pattern of a dialogue once for each set of words that stand in it."""
    yield from (pattern.strip().format(**each) for each in fillers)


def named(first: str, second: str, count: int = 6) -> list[dict[str, str]]:
    """Return pairs of words of two kinds of fillers."""
    one, two = FILLERS[first], FILLERS[second]
    return [{"a": str(one[i % len(one)]), "b": str(two[(i + 3) % len(two)])} for i in range(count)]


ONE_OF_TWO = """
> set a {a} timer for 5 minutes | timer.start
> set a {b} timer for 9 minutes | timer.start
> cancel the timer | timer.cancel:asked | | {a} ; {b}
> {answer} | timer.* | | {gone} ; !{left}
> my timers | timer.running | | {left} ; !{gone}
"""

BOTH = """
> set a {a} timer for 5 minutes | timer.start
> set a {b} timer for 9 minutes | timer.start
> cancel the timer | timer.cancel:asked
> {answer} | timer.*
> my timers | timer.running | | !{a} ; !{b}
"""

NEITHER = """
> set a {a} timer for 5 minutes | timer.start
> set a {b} timer for 9 minutes | timer.start
> cancel the timer | timer.cancel:asked
> {answer} | unchanged
> my timers | timer.running | | {a} ; {b}
"""

EXTEND = """
> set a {a} timer for 5 minutes | timer.start
> set a {b} timer for 9 minutes | timer.start
> add 2 minutes to the timer | timer.extend:asked | | {a} ; {b}
> the {b} one | timer.* | | {b} ; 11 minutes
> my timers | timer.running | | 5 minutes ; 11 minutes
"""

CORRECTED = """
> set a {a} timer for 5 minutes | timer.start
> no, ten | timer.start | | 10 minutes
> my timers | timer.running | | 10 minutes ; !5 minutes
> undo | conversation.undo
> my timers | timer.running | | !10 minutes
"""

ITEM = """
> add {a} to my shopping list | lists.add
> i meant {b} | lists.add | | {b}
> what is on my shopping list | lists.read | | {b} ; !{a}
"""

NO_ITEM = """
> add {a} to my shopping list | lists.add
> no, {b} | lists.add | | {b}
> what is on my shopping list | lists.read | | {b} ; !{a}
"""

ASIDE_CORRECTED = """
> set a {a} timer for 6 minutes | timer.start
> {b} | *.*
> no, make it 5 | timer.start | | 5 minutes
> my timers | timer.running | | 5 minutes ; !6 minutes
"""

ASIDE = """
> set a timer | timer.start:asked
> what time is it | clock.now | | 10:00
> 5 minutes | timer.start | | 5 minutes
> my timers | timer.running | | 5 minutes
"""

WHEN = """
> remind me to {a} | reminder.add:asked
> tomorrow at 5 pm | reminder.add | | tomorrow at 17:00 ; {a}
> my reminders | reminder.pending | | {a} ; !{b}
> no, at 6 pm | reminder.add | | 18:00
> my reminders | reminder.pending | | 18:00 ; !17:00
"""

WHAT = """
> remind me | reminder.add:asked
> {a} tomorrow at 5 pm | reminder.add | | {a} ; 17:00
> cancel the reminder to {b} | unchanged
> my reminders | reminder.pending | | {a}
"""

RICE = """
> set a {a} timer for 5 minutes | timer.start
> set a {a} salad timer for 9 minutes | timer.start
> cancel the {a} timer | timer.*
> my timers | timer.running | | salad
"""

ALARMS = """
> set an alarm for {t} | alarm.set_alarm
> set an alarm for {u} | alarm.set_alarm
> cancel the alarm | alarm.cancel:asked | | {t} ; {u}
> the one at {u} | alarm.* | | {u}
> my alarms | alarm.pending | | {t} ; !{u}
"""

MOVED = """
> set an alarm for {t} | alarm.set_alarm
> set an alarm for {u} | alarm.set_alarm
> move the alarm to 23:50 | alarm.move:asked | | {t} ; {u}
> the one for {t} | alarm.* | | 23:50
> my alarms | alarm.pending | | {u} ; 23:50 ; !{t}
"""

EVENING = """
> set an alarm for 7 | alarm.set_alarm
> no, in the evening | alarm.set_alarm | | 19:00
> my alarms | alarm.pending | | 19:00 ; !07:00
> no, at 8 in the morning | alarm.set_alarm | | 08:00
"""

PRONOUN = """
> remind me to {a} tomorrow at 8 am | reminder.add
> delete that | *.* | | !nothing
> my reminders | reminder.pending | | !{a}
"""

ANSWERED = """
> set a timer | timer.start:asked
> {a} | unchanged
> never mind | unchanged
> my timers | timer.running | | !minutes
"""

HOURS = (("6:10", "8:20"), ("05:00", "11:15"), ("20:30", "22:45"), ("13:05", "18:40"))


def choosing() -> list[Row]:
    """Return all of them."""
    told: list[str] = []
    for n, pair in enumerate(named("N", "N", 10)):
        a, b = pair["a"], pair["b"]
        for answer, gone in (
            (f"the {b} one", b), ("the first one", a), (a, a), (f"{b} please", b),
            ("the 9 minute one", b), ("the last one", b), ("the shorter one", a),
            (f"all but {a}", b), (f"not the {a} one", b), (f"the {a} timer", a),
        )[n % 5 :: 5]:  # fmt: skip
            left = b if gone == a else a
            told += dialogues(
                "one", ONE_OF_TWO, [{**pair, "answer": answer, "gone": gone, "left": left}]
            )
    for pair, answer in zip(
        named("N", "N", 5), ("both", "both of them", "all of them", "all", "the two"), strict=True
    ):
        told += dialogues("both", BOTH, [{**pair, "answer": answer}])
    for pair, answer in zip(
        named("N", "N", 5), ("none", "neither", "cancel", "no", "never mind"), strict=True
    ):
        told += dialogues("neither", NEITHER, [{**pair, "answer": answer}])
    told += dialogues("extend", EXTEND, named("N", "N", 4))
    told += dialogues("corrected", CORRECTED, named("N", "N", 3))
    told += dialogues("item", ITEM, named("I", "J", 5))
    told += dialogues("no", NO_ITEM, named("I", "J", 5))
    told += dialogues("when", WHEN, named("K", "K", 4))
    told += dialogues("what", WHAT, named("K", "K", 4))
    told += dialogues("rice", RICE, named("N", "N", 3))
    told += dialogues("pronoun", PRONOUN, named("K", "K", 3))
    told += dialogues("answered", ANSWERED, [{"a": w} for w in ("banana", "7", "soon", "a lot")])
    told += [ASIDE.strip(), EVENING.strip()]
    clocks = [{"t": t, "u": u} for t, u in HOURS]
    told += dialogues("alarms", ALARMS, clocks)
    told += dialogues("moved", MOVED, clocks)
    between = ("how long is left on the {a} timer", "what time is it", "how many days until friday")
    pairs = [
        {**pair, "b": text.format(**pair)}
        for pair, text in zip(named("N", "N", 3), between, strict=True)
    ]
    told += dialogues("aside", ASIDE_CORRECTED, pairs)
    return talks("choosing", "\n\n".join(told))
