"""Verbs: another or the opposite one, none at all, and requests that are none."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sentence_rows.making import Told, by_hand

TIMER = "before=set a {N} timer for 20 minutes"
ALARM = "before=set an alarm for 7 am"
REMINDER = "before=remind me tomorrow at 5 pm to {K}"
LIST = "before=add {I} and {J} to my shopping list"
NOTE = "before=note that {P} likes {I}"
FACT = "before=remember that my locker is 4711"


def other_verb() -> Iterator[Told]:
    """Each verb does what it says, or nothing is done."""
    yield from for_timers()
    yield from for_alarms()
    yield from for_lists()
    yield from for_the_rest()


def for_timers() -> Iterator[Told]:
    for verb in ("pause", "halt for a moment", "put on hold", "freeze"):
        yield (f"{verb} the {{N}} timer", "timer.pause", TIMER)
    for verb in ("resume", "unpause", "carry on with"):
        paused = f"{TIMER} ; pause the {{N}} timer"
        yield (f"{verb} the {{N}} timer", "timer.resume", paused)
        yield (f"{verb} the {{N}} timer", "unchanged", TIMER)
    for words in ("shorten the {N} timer by {S}", "take {S} off the {N} timer"):
        yield (words, "timer.*", TIMER, "reply=!20 minutes ; !22")
    yield ("make the {N} timer {S} shorter", "timer.*", TIMER, "reply=!20 minutes ; !22")
    yield ("rename the {N} timer to {N2}", "timer.*", TIMER, "reply={N2}")
    yield ("call the {N} timer {N2} from now on", "timer.*", TIMER, "reply={N2}")
    yield ("set the {N} timer to 8 minutes", "timer.*", TIMER, "reply=8 minutes")
    for verb in ("mute", "print", "photograph", "translate", "lend me", "email", "paint",
                 "swap", "lock", "silence", "insure", "describe"):  # fmt: skip
        yield (f"{verb} the {{N}} timer", "unchanged", TIMER)


def for_alarms() -> Iterator[Told]:
    for words in ("rename my alarm to gym", "call my alarm gym"):
        yield (words, "alarm.*", ALARM, "reply=gym")
    for verb in ("record", "paint", "lend", "test", "translate", "print", "share", "study"):
        yield (f"{verb} my alarm", "unchanged", ALARM)
    yield ("make my alarm louder", "unchanged", ALARM)
    yield ("change the sound of my alarm", "unchanged", ALARM)
    yield ("set the alarm off", "unchanged", ALARM)
    yield ("skip my alarm tomorrow", "alarm.*|not acted", ALARM, "reply=!Alarm set")
    for verb in ("translate", "print", "share", "read me the history of", "draw"):
        yield (f"{verb} the reminder to {{K}}", "unchanged", REMINDER)
    yield ("send the reminder to {K} to {P}", "unchanged", REMINDER)


def for_lists() -> Iterator[Told]:
    yield ("sort my shopping list", "lists.sort", LIST)
    yield ("put my shopping list in alphabetical order", "lists.sort", LIST)
    yield ("rename my shopping list to market", "lists.rename", LIST)
    yield (
        "copy my shopping list to the party list",
        "lists.copy*",
        LIST + " ; create a party list",
    )
    yield (
        "move {I} from shopping to the party list",
        "lists.move*",
        LIST + " ; create a party list",
    )
    yield ("is {I} on my shopping list", "lists.*", LIST, "reply=yes")
    yield ("is {I2} on my shopping list", "lists.*", LIST, "reply=no")
    yield ("how many things are on my shopping list", "lists.*", LIST, "reply=2")
    yield ("mark {I} as done on my shopping list", "lists.*", LIST, "reply={I}")
    for verb in ("print", "email", "share", "translate", "weigh", "cook", "price", "photograph",
                 "deliver",  "unpack", "laminate"):  # fmt: skip
        yield (f"{verb} my shopping list", "unchanged", LIST)
        yield (f"{verb} {{I}} on my shopping list", "unchanged", LIST)
    for verb in ("avoid", "compare", "taste", "return", "sell", "weigh"):
        yield (f"{verb} {{I}} and {{J}}", "unchanged", LIST)


def for_the_rest() -> Iterator[Told]:
    for verb in ("print", "translate", "frame", "publish", "encrypt", "sing", "shred a copy of"):
        yield (f"{verb} my notes", "unchanged", NOTE)
        yield (f"{verb} my last note", "unchanged", NOTE)
    for verb in ("publish", "translate", "change", "email", "spell", "sell"):
        yield (f"{verb} my locker", "unchanged", FACT)
    for words in (
        "remove 5 from my age", "guess the time", "stop the time", "change the time", "set the time",
        "print the date", "eat a coin", "buy a coin", "hide the dice", "count to ten",
        "deny 5 plus 4", "draw 5 plus 4", "ship 5 miles to km", "book 12 nights until easter",
    ):  # fmt: skip
        yield (words, "unchanged")


def moods() -> Iterator[Told]:
    """Negation, narration and questions about ability change nothing; politeness does."""
    yield from negated()
    yield from narrated()
    yield from asked_whether()
    yield from polite()


def negated() -> Iterator[Told]:
    for no in ("don't", "do not", "never", "please don't", "you must not", "i don't want you to"):
        yield (f"{no} set a timer for {{L}}", "unchanged")
        yield (f"{no} cancel the {{N}} timer", "unchanged", TIMER)
        yield (f"{no} add {{I}} to my shopping list", "unchanged")
        yield (f"{no} clear my shopping list", "unchanged", LIST)
        yield (f"{no} delete my notes", "unchanged", NOTE)
        yield (f"{no} move my alarm to {{T}}", "unchanged", ALARM)
    yield ("don't tell me the time", "unchanged", "reply=!10:00")
    yield ("there's no need to cancel the {N} timer", "unchanged", TIMER)
    yield ("leave the {N} timer alone", "unchanged", TIMER)
    yield ("i'd rather not set an alarm for {T}", "unchanged")
    yield ("no more {I} on the shopping list please", "unchanged")
    yield ("without setting a timer, what is the time", "unchanged")


def narrated() -> Iterator[Told]:
    for who in ("{P}", "yesterday i", "i already", "we"):
        yield (f"{who} set a timer for {{L}}", "unchanged")
        yield (f"{who} added {{I}} to my shopping list", "unchanged")
        yield (f"{who} cancelled the {{N}} timer", "unchanged", TIMER)
        yield (f"{who} moved the alarm to {{T}}", "unchanged", ALARM)
    yield ("{P} told me to set a timer for {L}", "unchanged")
    yield ("{P} wakes up at {T}", "unchanged")
    yield ("i was going to set an alarm for {T}", "unchanged")
    yield ("i once had a timer for {L}", "unchanged")
    yield ("my alarm rang at {T} today", "unchanged")
    yield ("{P} never cancels the {N} timer", "unchanged", TIMER)
    yield ("the reminder to {K} came too late", "unchanged", REMINDER)
    yield ("deleting my notes was silly", "unchanged", NOTE)


def asked_whether() -> Iterator[Told]:
    for can in ("can you", "are you able to", "do you know how to", "is it possible to"):
        yield (f"{can} set timers?", "unchanged")
        yield (f"{can} cancel timers?", "unchanged", TIMER)
        yield (f"{can} clear lists?", "unchanged", LIST)
        yield (f"{can} set alarms that repeat?", "unchanged")
        yield (f"{can} delete notes?", "unchanged", NOTE)
        yield (f"{can} undo things?", "unchanged", TIMER)
    yield ("how would i cancel a timer?", "unchanged", TIMER)
    yield ("what happens when i clear my shopping list?", "unchanged", LIST)
    yield ("should i set an alarm for {T}?", "unchanged")
    yield ("why did you cancel the {N} timer?", "unchanged", TIMER)
    yield ("did you set a timer for {L}?", "unchanged")
    yield ("who added {I} to the shopping list?", "unchanged")


def polite() -> Iterator[Told]:
    for word in ("can you", "could you please", "would you", "would you mind to", "i want you to"):
        yield (f"{word} set a timer for {{L}}", "timer.start", "slots=length={L.json}")
        yield (f"{word} add {{I}} to my shopping list", "lists.add", "reply={I}")
        yield (f"{word} wake me at {{T}}", "alarm.set_alarm", "reply={T.shown}")
    yield from by_hand(
        "clock.now", "can you tell me the time", "could you tell me what time it is please",
        "would you be so kind as to tell me the time",
    )  # fmt: skip
