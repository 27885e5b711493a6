"""The talk itself: repeat, undo, why, say after me, spell, thanks, goodbye."""

from typing import Literal

from assistant import (
    Again,
    Alarms,
    Ask,
    Catalogue,
    History,
    Memory,
    Reply,
    Session,
    Skill,
    SkillError,
)

skill = Skill(
    "conversation", "Repeat, undo, why, cancel, say after you, spell, thanks and goodbye."
)

Drop = Literal["delete", "remove", "erase", "scrap", "discard", "get rid of"]
Every = Literal["everything", "all"]

UNDONE = f"{skill.name}.undone"
"""What the question waits for that asks whether to undo."""


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
    history: History, session: Session, drop: Drop | None = None, every: Every | None = None
) -> Ask | str:
    """Take back the last thing that changed something; ask where it may not be what is meant."""
    turn, asked = history.undoable(), session.open_question
    waits = asked is not None and not asked.offers and asked.then != UNDONE
    if waits and turn not in history.turns(1):
        return "Nothing was done yet, so there is nothing to take back."
    if turn is None:
        raise SkillError("There is nothing to undo.")
    text = history.request(turn).utterance.text
    if every:
        return Ask(f"I undo one thing at a time. Undo “{text}”?", then=undone)
    if drop and turn != history.turns(1)[-1]:
        return Ask(f"Undo “{text}”?", then=undone)
    gone = history.undo(whole=bool(drop)) or turn
    return f"Undone: “{history.request(gone).utterance.text}”."


@skill.answer(no="It stays as it is.")
def undone(history: History, session: Session) -> Ask | str:
    """Take it back."""
    return undo(history, session)


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
    "what did you change",
    "what have you done",
    "what did you do [just now|today]",
)
def changes(history: History) -> Reply:
    """Tell what was done lately."""
    done = [t for t in history.turns(20) if t.outcome == "answered" and t.understanding.intent]
    if not done:
        return Reply("Nothing yet.")
    lines = [f"- {t.utterance.text}: {t.reply.text.splitlines()[0]}" for t in done[-5:]]
    said = "; ".join(t.utterance.text for t in done[-5:])
    return Reply("\n".join(lines), f"You said: {said}.")


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
        return f"I took “{text}” as “{docs.get(meant.intent, meant.intent)}”, {meant.how}{sure}."
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
    "redo [that|it]",
    "undo the undo",
    "do it after all",
    "put it back as it was before the undo",
)
def redo() -> str:
    """Say how what was taken back is done again."""
    raise SkillError("I can't redo what was undone; say the request once more.")


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
