"""Text as it is said: taken whole, letter for letter, and never made of words of the request."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sentence_rows.making import Told

ODD = (
    "swordfish99?", "P@ss word", "50% off", "AC/DC", "C++", "rock 'n' roll", "Tom & Jerry's",
    "[urgent] call", "a=b", "3.5 mm jack", "WD-40", "salt and pepper shaker", "it's 7 o'clock tea",
    "room #12", "O'Neill", "1,500 napkins", "Zoë", "smörgås", "x", "the The record",
)  # fmt: skip
"""Text that is easily cut, split, or folded."""

PAIRS = ("fish and chips", "salt and vinegar crisps", "peanut butter and jelly")
"""One thing, though there is an “and” in it."""


def free_text() -> Iterator[Told]:
    """Labels, things, tasks, notes and facts."""
    yield from odd()
    yield from own_words()
    yield from whole()


def odd() -> Iterator[Told]:
    for text in ODD:
        yield (f"add {text} to my shopping list", "lists.add", f"reply={text}")
        yield (f"note that {text} is broken", "notes.add", f"slots=text={text} is broken")
        yield (f"remind me to look for {text} tomorrow at 5 pm", "reminder.add",
               f"slots=task=look for {text} ; when=2026-03-05T17:00")  # fmt: skip
        yield (f"remember that the word is {text}", "memory.remember",
               f"slots=fact=the word is {text}")  # fmt: skip
        yield ("what is on my shopping list", "lists.read", f"reply=- {text}",
               f"before=add {text} to my shopping list")  # fmt: skip
    for text in PAIRS:
        yield ("what is on my shopping list", "lists.read", f"reply=- {text}",
               f"before=add {text} to my shopping list")  # fmt: skip


def own_words() -> Iterator[Told]:
    plain = "slots=length={L.json}"
    for words in (
        "set the timer for {L}", "start the timer for {L}", "set me a timer for {L}",
        "set up a timer for {L}", "set another timer for {L}", "set a new timer for {L}", "please start my timer for {L}", "timer {L}",
        "can you please set the timer for {L} for me", "let's set a timer for {L} now",
    ):  # fmt: skip
        yield (words, "timer.start", plain)
    for words in (
        "set a {N} timer for {L}", "set a timer for {L} named {N}", "{L} {N} timer",
        "set a timer called {N} for {L}", "set a {L} timer for the {N}", "timer for the {N}, {L}",
        "{L} for the {N}", "start the {N} timer for {L}",
    ):  # fmt: skip
        yield (words, "timer.start", "slots=length={L.json} ; label={N}")
    for words in ("add something to my shopping list", "add to my shopping list",
                  "put it on my shopping list", "add that to the list", "add to list"):  # fmt: skip
        yield (words, "not acted")
    for words in ("remind me to", "remind me of that", "remind me about it", "note", "note that",
                  "remember that", "remember", "write down", "take a note that"):  # fmt: skip
        yield (words, "not acted")


def whole() -> Iterator[Told]:
    for words in (
        "remind me {D} at {T} to {K}", "remind me to {K} {D} at {T}", "{D} at {T} remind me to {K}",
        "at {T} {D} remind me to {K}", "remind me at {T} {D} to {K}",
        "don't let me forget to {K} {D} at {T}", "set a reminder to {K} {D} at {T}",
    ):  # fmt: skip
        yield (words, "reminder.add", "slots=task={K} ; when={D.json}T{T.json}")
    for words in (
        "add {I} and {J} to my shopping list", "put {I} and {J} on the shopping list",
        "could you add {I} and {J} to my shopping list thanks",
        "if you have a second, add {I} and {J} to my shopping list",
    ):  # fmt: skip
        yield (words, "lists.add", "reply={I} and {J}")
    yield ("note that {P} likes {I} and {J}", "notes.add", "reply={I} and {J}")
    yield ("remember that {P} likes {I} and {J}", "memory.remember", "reply={I} and {J}")


def names() -> Iterator[Told]:
    """Names that take too much, or take what is there for something new."""
    timer = "before=set a {N} timer for 20 minutes"
    for words in ("cancel the timer named {N2}", "stop the {N2} timer", "cancel my {N2} timer",
                  "kill the timer for the {N2}", "pause the {N2} timer", "add {S} to the {N2} timer",
                  "how long on the {N2} timer", "rename the {N2} timer to x"):  # fmt: skip
        yield (words, "unchanged", timer, "reply=!20 minutes left")
    for words in ("cancel the {N} timer", "cancel the timer named {N}", "stop my timer for the {N}",
                  "delete the timer called {N}", "cancel the 20 minute timer",
                  "stop my 20-minute timer"):  # fmt: skip
        yield (words, "timer.cancel", timer, "reply={N}")
    party = "before=create a party list ; add {J} to my party list"
    for words in ("add {I} to party", "add {I} to the party list", "put {I} on party",
                  "add {I} to my list for the party"):  # fmt: skip
        yield (words, "lists.add", party, "reply={I} ; party ; !party party")
    for name in ("garden", "office", "holiday", "birthday"):
        yield (f"add {{I}} to my {name} list", "unchanged", party)
        yield (f"read my {name} list", "unchanged", party, "reply=!{J}")
        yield (f"delete my {name} list", "unchanged", party)
        yield (f"what is on the {name} list", "unchanged", party, "reply=!{J}")
    for words in (
        "what time is it in the kitchen", "what time is it in my head", "convert my car to gas",
        "how many {I} in a {J}", "convert {I} to {J}", "what is {I} in {J}", "how much is {I}",
        "change {I} to {J}", "turn {I} into {J}", "what is a {I}", "time in {I}",
        "how soon is {I}", "how many days until {I}", "how far away is {J}", "when is {J}",
        "what day is {I}", "choose {I}", "forget {I}", "recall {J}", "find {I}", "new {J}",
        "help with {I}", "help on {J}", "how do i use {I}", "explain {I}",
    ):  # fmt: skip
        yield (words, "not acted|memory.recall:failed|help.*:failed")
    for words in ("in {L} remind me to {K}", "in {L} tell me to {K}"):
        yield (words, "reminder.add", "reply={K}")
    yield ("where is my {I}", "not acted|memory.*", "before=remember that my {J} is in the cellar",
           "reply=!cellar")  # fmt: skip
    yield ("where is my {J}", "memory.recall", "before=remember that my {J} is in the cellar",
           "reply=cellar")  # fmt: skip
    yield ("what is {P}'s birthday", "not acted|memory.*",
           "before=remember that the birthday of {P2} is on 3 june", "reply=!3 june")  # fmt: skip
    code = "remember that the door code is 1122 ; remember that the door code is 3344"
    yield ("what is the door code", "memory.recall", f"before={code}", "reply=3344 ; !1122")


def memory() -> Iterator[Told]:
    """One value for one thing, the newest; what is to be done is no fact."""
    for thing in ("locker", "gate code", "shoe size", "blood type", "car", "desk", "bike lock"):
        first, second = f"remember that my {thing} is alpha", f"remember that my {thing} is beta"
        yield (f"what is my {thing}", "memory.recall", f"before={first}", "reply=alpha")
        yield (f"what is my {thing}", "memory.recall", f"before={first} ; {second}",
               "reply=beta ; !alpha")  # fmt: skip
        yield (f"what's my {thing} again", "memory.recall", f"before={first}", "reply=alpha")
        yield (f"where is my {thing}", "not acted|memory.recall:failed",
               f"before=my {thing} is not there", "reply=!not there")  # fmt: skip
        yield (f"tell me my {thing}", "memory.recall", f"before={first}", "reply=alpha")
        yield (f"what is {{P}}'s {thing}", "not acted|memory.recall", f"before={first}",
               "reply=!alpha")  # fmt: skip
        yield (f"forget my {thing}", "memory.forget:asked", f"before={first}", "reply=alpha")
        yield ("what do you remember", "memory.everything", f"before={first} ; {second}",
               "reply=beta ; !alpha")  # fmt: skip
    for words in ("remember to {K}", "remember to buy {I}", "please remember to get {J} later"):
        yield (words, "not acted|reminder.add:asked|lists.add:asked")
    yield ("who is my {I}", "not acted|memory.recall:failed")
    yield ("remember the {I}", "not acted")
    yield ("what is the wifi password", "memory.recall", "reply=swordfish99?",
           "before=remember that the wifi password is swordfish99?")  # fmt: skip
    yield ("what do you know about {P}", "memory.*", "before=remember that {P} likes {I}",
           "reply={I}")  # fmt: skip
    yield ("what does {P} like", "memory.recall", "before=remember that {P} likes {I}",
           "reply={I}")  # fmt: skip
    yield ("what does {P2} like", "not acted|memory.*", "before=remember that {P} likes {I}",
           "reply=!{I}")  # fmt: skip
