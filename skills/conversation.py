"""The talk itself: repeat, undo, go back, why, say after me, spell, thanks, goodbye."""

from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from assistant import (
    Again,
    Alarms,
    Ask,
    Catalogue,
    Clock,
    Going,
    History,
    Memory,
    Reply,
    Session,
    Skill,
    SkillError,
    Slot,
    TimeSpan,
    Turn,
    counted,
    named,
    way_of,
)

skill = Skill("conversation", "Repeat, undo, redo, go back, cancel, say after you, spell, bye.")

Drop = Literal["delete", "remove", "erase", "scrap", "discard", "get rid of"]
Every = Literal["everything", "all"]
Today = Literal["today"]

UNDONE = f"{skill.name}.undone"
"""What the question waits for that asks whether to undo."""

ALL = 1_000
"""As many turns are looked at."""

LATELY, SPOKEN = 20, 5
"""As many changes are shown, and spoken."""

UNDO = Going("undo", "Undo {}?", "Undone: {}.")
REDO = Going("redo", "Do {} again?", "Done again: {}.")


@skill.intent(
    "undo [that|it|this]",
    "(take that back|take it back)",
    "undo (the|my) last (thing|change|action|command)",
    "take back (what you [just] did|the last thing|the last change)",
    "(revert|reverse) (that|it|the last change)",
    "undo what you [just] did",
    "i didn't mean (that|to do that)",
    "put it back [as it was]",
    "that was a mistake",
    "{drop} (that|it|this) [again]",
    "(undo|revert|reverse) {every} [of (it|that|this)|[my] changes|i did]",
)
def undo(
    history: History,
    session: Session,
    clock: Clock,
    drop: Drop | None = None,
    every: Every | None = None,
) -> Ask | str:
    """Take back the last thing that changed something; ask where it may not be what is meant."""
    turn, asked = history.undoable(), session.open_question
    waits = asked is not None and not asked.offers and asked.then != UNDONE
    if asked and waits and turn not in history.turns(1):
        return history.not_yet(asked)
    if turn is None:
        raise SkillError("There is nothing to undo.")
    if every:
        return UNDO.go(history, history.since(), clock, undone, asks=True)
    if drop and turn != history.turns(1)[-1]:
        return Ask(f"Undo {history.name(turn)}?", then=undone)
    if drop:
        return f"Undone: {history.name(history.undo(whole=True) or turn)}."
    return UNDO.go(history, history.newest(1), clock, undone)


@skill.intent(
    "(undo|revert|reverse|take back) (the|my) last {count} "
    "[things|changes|actions|commands|requests|steps]",
    "(undo|revert|take back) {count} (things|changes|actions|commands|requests|steps)",
)
def undo_several(history: History, clock: Clock, count: int) -> Ask | str:
    """Take back the last few things that changed something; more than two are asked about."""
    return UNDO.go(history, history.newest(count), clock, undone, count)


@skill.intent(
    "(undo|revert|take back) {every} (from|of) {day}",
    "(undo|revert|take back) {every} [i did|you did] since ({when}|{at})",
    "(undo|revert|take back) what (i|you) did ({day}|since {when}|since {at})",
)
def undo_since(
    history: History,
    clock: Clock,
    every: Every | None = None,
    day: TimeSpan | None = None,
    when: TimeSpan | None = None,
    at: time | None = None,
) -> Ask | str:
    """Take back what was changed on a day, or since a time; it is asked about first."""
    way = history.since(*_span(clock, day, when, at))
    return UNDO.go(history, way, clock, undone, asks=True)


@skill.intent("(undo|revert|take back) {every} [i did|you did] since i said {words}")
def undo_since_said(history: History, clock: Clock, every: Every, words: str) -> Ask | str:
    """Take back what was changed after something was said; it is asked about first."""
    return UNDO.go(history, history.behind(_said(history, words)), clock, undone, asks=True)


@skill.answer(no="It stays as it is.")
def undone(history: History, session: Session, clock: Clock, ids: str = "") -> Ask | str:
    """Take it back."""
    if not ids:
        return undo(history, session, clock)
    return UNDO.go(history, way_of(history, ids), clock, undone, sure=True)


@skill.intent(
    "redo [that|it|(the|my) last (thing|change|action|command|undo)]",
    "redo (the|my) last {count} [things|changes|actions|commands|requests|steps|undos]",
    "undo the undo",
    "do it after all",
    "put it back as it was before the undo",
)
def redo(history: History, clock: Clock, count: int = 1) -> Ask | str:
    """Do again what was taken back last, as it was; asked first where more was done since."""
    way, changed = history.redoable(count), history.undoable()
    asks = any(changed and changed.id > undo.id for undo in way.turns)
    return REDO.go(history, way, clock, redone, count, asks=asks)


@skill.answer(no="It stays taken back.")
def redone(history: History, clock: Clock, ids: str) -> Ask | str:
    """Do it again."""
    return REDO.go(history, way_of(history, ids), clock, redone, sure=True)


@skill.intent(
    "(go back|rewind) to before [i said] {words}",
    "(go back|rewind) to (when|where|the moment|the point) [when|before] i said {words}",
    "rewind [the conversation|our talk]",
    role="rewind",
)
def rewind(
    history: History,
    clock: Clock,
    words: Annotated[str, Slot(ask="To before which of your sentences?")],
    turn: int = 0,
) -> Ask | str:
    """Go back to before something was said: what was changed since is taken back, after asking."""
    to = _said(history, words, turn)
    way, waited = history.before(to), history.waited(to)
    if not way.turns and not way.kept:
        if waited is None:
            raise SkillError(f"Nothing was changed since “{to.said}”.")
        history.take(way, to)
        return _asked("", waited.question)
    return _to(to).go(history, way, clock, rewound, asks=True, to=to)


@skill.answer(no="It stays as it is.")
def rewound(history: History, clock: Clock, ids: str, turn: int) -> Ask | str:
    """Go back."""
    to = _said(history, "", turn)
    told = _to(to).go(history, way_of(history, ids), clock, rewound, sure=True, to=to)
    waited = history.waited(to)
    return _asked(told, waited.question) if isinstance(told, str) and waited else told


def _to(turn: Turn) -> Going:
    before = f"before “{turn.said}”"
    asks = f"Undo {{}}, to go back to {before}?"
    return Going("undo", asks, f"Undone: {{}}. We are back to {before}.")


def _asked(told: str, question: str) -> str:
    return f"{told} I had asked: {question}".strip()


def _said(history: History, words: str, turn: int = 0) -> Turn:
    """Return the turn of that number, or in which words were said."""
    numbered = (each for each in history.turns(ALL) if turn and each.id == turn)
    found = next(numbered, None) or history.said(words)
    if found is None:
        raise SkillError(f"I don't find “{words.strip(' “”')}” among what was said here.")
    return found


def _span(
    clock: Clock, day: TimeSpan | None, when: TimeSpan | None, at: time | None
) -> tuple[datetime | None, datetime | None]:
    """Return from when, and up to when, something was done: that is never ahead."""
    now, span = clock.now(), day or when
    start = span.start if span else now
    if at is not None:
        start = datetime.combine(now.date(), at, now.tzinfo)
    back = timedelta(days=1 if at is not None else 7)
    past = start
    while past > now:
        past -= back
    return past, day.end - (start - past) if day else None


@skill.intent(
    "repeat [that|it|yourself|the last answer]",
    "say (that|it) (again|once more|one more time)",
    "say again",
    "what did you [just] (say|tell me|answer)",
    "repeat what you [just] (said|told me)",
    "pardon",
    "come again",
    "i didn't catch that",
    role="repeat",
)
def repeat(history: History) -> Reply:
    """Tell once more what was said last, as something said and not done."""
    said = [t.reply for t in history.turns() if t.understanding.intent != "conversation.repeat"]
    if not said:
        raise SkillError("I have not said anything yet.")
    apart = "\n\n" if "\n" in said[-1].text else " "
    text, speech = said[-1].text, said[-1].speech or said[-1].text
    return Reply(f"I said:{apart}{text}", f"I said: {speech}")


@skill.intent(
    "[(and|the same|same|yet)] again",
    "do (that|it|the same) (again|once more|one more time)",
    "(once more|one more time)",
    role="again",
)
def again(history: History) -> Reply:
    """Do the last request once more; where there is none, say once more what was said."""
    return repeat(history)


@skill.intent(
    "what did i [just] (say|tell you)",
    "what did you [just] (hear|understand)",
    "what (did you think|do you think) i said",
    "(tell me|repeat) what i [just] said",
    "what was my last (request|question|command)",
    "what have i asked [you] [today|so far]",
    "what did i ask you",
)
def said(history: History) -> str:
    """Tell what was said last."""
    turns = history.turns(5)
    if not turns:
        raise SkillError("You have not said anything yet.")
    return "\n".join(f"- {turn.utterance.text}" for turn in turns)


@skill.intent(
    "what (did you change|have you changed) [{day}|since {when}|since {at}]",
    "what have you done",
    "what did you do [just now|{today}]",
)
def changes(
    history: History,
    clock: Clock,
    day: TimeSpan | None = None,
    when: TimeSpan | None = None,
    at: time | None = None,
    today: Today | None = None,
) -> Reply:
    """Tell what was changed, and which of it was taken back."""
    day = clock.day(clock.now().date()) if today else day
    spans = day or when or at
    found = history.changes(*(_span(clock, day, when, at) if spans else ()))
    if not found:
        return Reply("Nothing was changed in that time." if spans else "Nothing was changed yet.")
    lines = [_line(history, turn) for turn in reversed(found[:LATELY])]
    more = len(found) - len(lines)
    if more:
        lines.insert(0, f"- {counted(more, 'change')} before")
    return Reply("\n".join(lines), f"{named(history, found[:SPOKEN][::-1])}.")


def _line(history: History, turn: Turn) -> str:
    told = f"- {history.name(turn)}: {turn.reply.text.splitlines()[0]}"
    return f"{told} (taken back)" if turn.outcome == "undone" else told


@skill.intent(
    "why",
    "why (that|so|is that)",
    "why did you [just] (do|say|ask|answer|think) (that|this|it)",
    "why (didn't you|did you not) (do|understand) (that|this|it|me)",
)
def why(history: History, catalogue: Catalogue) -> str:
    """Tell in a sentence why what was said last was understood as it was."""
    told = [t for t in history.turns() if t.understanding.intent != f"{skill.name}.why"]
    if not told:
        raise SkillError("You have not said anything yet.")
    docs = {name: doc for info in catalogue.skills for name, doc, _ in info.intents}
    text, meant = told[-1].utterance.text, told[-1].understanding
    if meant.intent:
        sure = f", {meant.confidence:.0%} sure" if meant.confidence < 1 else ""
        as_what = docs.get(meant.intent, meant.intent)
        return f"I took “{text}” as “{as_what}”, {meant.how}{sure}."
    if meant.mood == "foreign":
        return f"I did nothing, for “{text}” looks like {meant.why}."
    if meant.mood != "request":
        return f"I did nothing, for “{text}” asks for nothing to be done."
    near = [each.text for each in meant.offered] + [c.example for c in meant.alternatives]
    rest = next((f"; the nearest I know is “{each}”" for each in near if each), "")
    lead = f"I can't account for {meant.why} in" if meant.why else "I was not sure enough of"
    return f"{lead} “{text}”{rest}."


@skill.intent(
    "cancel [that|it]",
    "(never mind|nevermind)",
    "forget [about] it",
    "stop [it|that]",
    "abort",
    "leave it",
    role="cancel",
)
def cancel(alarms: Alarms) -> str:
    """Leave things as they are, and stop what has just rung."""
    ringing = alarms.ringing()
    if ringing is not None:
        alarms.cancel(ringing)
        return "OK, it is quiet."
    return "OK. Nothing rings or waits; say “undo” to take back what was done."


@skill.intent(
    "(repeat|say) after me {words}",
    "repeat {words} after me",
    "(say|repeat) the words {words}",
    "say {words}",
    "repeat {words}",
    "echo {words}",
)
def echo(words: str) -> str:
    """Say what you say, letter for letter."""
    return words.strip(":, ")


@skill.intent(
    "(how do you|how do i|how to) (spell|write) [the word] {word}",
    "spell [the word] {word}",
    "how is {word} (spelled|spelt|written)",
    "what is the spelling of {word}",
)
def spell(word: str) -> Reply:
    """Spell a word as it was written."""
    words = word.strip("“”\"'?.! ").split()
    shown = " ".join("-".join(each.upper()) for each in words)
    return Reply(shown, "; ".join(", ".join(each) for each in words))


@skill.intent(
    "(thanks|thank you|cheers) [very much|a lot|so much]",
    "(thanks|thank you) for {what}",
    "many thanks",
    "(much appreciated|i appreciate it)",
    "(nice|great|good|perfect|super) (thanks|thank you)",
)
def thanks(what: str = "") -> str:
    """Take thanks."""
    return "You're welcome."


@skill.intent(
    "(bye|goodbye|bye bye|see you [later])",
    "that is all [for now|thanks]",
    "i am done",
    "talk to you later",
    "farewell",
)
def goodbye() -> Reply:
    """Say goodbye."""
    return Reply("Goodbye. Ctrl-Q closes the chat.", "Goodbye.")


@skill.answer(role="heard")
def heard(yes: bool, words: str, intent: str) -> Again | str:
    """Do what was heard, once it is sure that it was said."""
    return Again(words, intent) if yes else "OK. Say it once more, please."


@skill.answer(role="allow")
def allow(
    yes: bool, asking: str, needs: str, intent: str, heard: str, memory: Memory
) -> Again | str:
    """Let a skill of somebody else reach for what it declares, or not, and go on."""
    memory[asking] = {"asked": needs, "allowed": yes}
    if not yes:
        return f"It may not, then. To change that: assistant skills rights {asking} --allow."
    return Again("", intent, heard=heard)
