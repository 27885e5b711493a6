"""Notes, found by meaning."""

from typing import Annotated

from assistant import (
    Ask,
    Clock,
    Meaning,
    Memory,
    Reply,
    Skill,
    SkillError,
    Slot,
    Text,
    Told,
    choose,
    counted,
    sentence,
)

skill = Skill("notes", "Notes, found again by what they are about.")

NEAR = 0.3
"""Cosine from which a note counts as being about something."""

SHOWN = 20
"""Notes that are read at once, the newest."""


@skill.intent(
    "note [down] [that] {text}",
    "note the following {text}",
    "(make|take) a note [that|to] {text}",
    "note to self [that] {text}",
    "write a note: {text}",
    "(jot|scribble|write) down [that] {text}",
    "(jot|scribble) {text} down",
    "(take|write|jot) (this|something) down [as a note]: {text}",
    "put in my notes that {text}",
    "add [a] note [that|saying] {text}",
    "new note: {text}",
    "(note (that|this|something) [down]|(take|make) a note)",
)
def add(
    text: Annotated[Text, Slot(ask="What should I note?")], memory: Memory, clock: Clock
) -> str:
    """Take a note."""
    number = max(map(int, memory), default=0) + 1
    memory[str(number)] = {"text": text, "at": clock.now().isoformat()}
    return sentence(f"Noted: {text}")


@skill.intent(
    "find my (note|notes) (about|on) {topic}",
    "what did i note [down] about {topic}",
    "do i have a note (about|on) {topic}",
    "search my notes for {topic}",
    "(show|read) [me] my (note|notes) (about|on) {topic}",
    "what do my notes say about {topic}",
    "is there a note about {topic}",
    "(which|do any) [of my] notes (mention|are about|talk about) {topic}",
)
def find(topic: str, memory: Memory, meaning: Meaning) -> Reply:
    """Find notes about something."""
    return listed([memory[key]["text"] for key in about(topic, memory, meaning)[:3]])


@skill.intent(
    "(what|when|where|who|how) (is|are|was|were) [the|my|our] {note} [again|called]",
    "(what|when|where|who|how [much|many|long|often]) (do|does|did) [the|my|our] {note}",
    "do you know (what|when|where|who|how) [the|my|our] {note} (is|are)",
)
def answer(note: Told) -> str:
    """Answer a question from a note that says so."""
    return sentence(f"You noted: {note}")


@skill.intent(
    "(read|show|list) [me] [all] my notes",
    "what are my notes",
    "what have i noted",
    "show all notes",
    "my notes",
)
def read_all(memory: Memory) -> Reply:
    """Read every note."""
    if not memory:
        return Reply("There are no notes yet. Say “note that …”.")
    older = len(memory) - SHOWN
    told = listed([memory[key]["text"] for key in [*memory][-SHOWN:]])
    if older <= 0:
        return told
    more = f"And {counted(older, 'older note')}: ask for those about something."
    return Reply(f"{told.text}\n\n{more}", f"{told.speech} {more}")


@skill.intent(
    "(read|show) [me] my (last|latest|newest) note",
    "what did i note last",
    "what was my last note",
    "my latest note",
)
def latest(memory: Memory) -> str:
    """Read the newest note."""
    text: str = memory[newest(memory)]["text"]
    return text


@skill.intent(
    "(delete|remove) (the|my) (note|notes) (about|on) {topic}",
    "(delete|remove) my (last|latest|newest) note",
    "(delete|remove|throw away) [the|my] {topic} note",
    "(delete|remove) note {topic}",
    "throw away the note (about|on) {topic}",
)
def delete(memory: Memory, meaning: Meaning, topic: str = "") -> Ask:
    """Delete a note, after asking."""
    key = meant(topic, memory, meaning) if topic else newest(memory)
    return Ask(f"Delete “{memory[key]['text']}”?", then=deleted, keep={"key": key})


@skill.answer(no="It stays.")
def deleted(key: str, memory: Memory) -> str:
    """Delete the note."""
    memory.pop(key, None)
    return "Deleted."


@skill.intent("(delete|clear|remove) all [my|the] notes", "throw away all my notes")
def delete_all(memory: Memory) -> Ask:
    """Delete every note, after asking."""
    if not memory:
        raise SkillError("There are no notes yet.")
    what = "your only note" if len(memory) == 1 else f"all {counted(len(memory), 'note')}"
    return Ask(f"Delete {what}?", then=all_deleted)


@skill.answer(no="They stay.")
def all_deleted(memory: Memory) -> str:
    """Delete every note."""
    memory.clear()
    return "All notes are deleted."


def newest(memory: Memory) -> str:
    """Return the key of the newest note. Raises SkillError when there is none."""
    if not memory:
        raise SkillError("There are no notes yet.")
    return str(max(map(int, memory)))


def meant(topic: str, memory: Memory, meaning: Meaning) -> str:
    """Return the key of the note that is meant, by its place or by what it is about."""
    keys = list(memory)
    chosen = choose(keys, topic, lambda key: str(memory[key]["text"]), "note")
    return chosen.options[0] if len(chosen.options) == 1 else about(topic, memory, meaning)[0]


def about(topic: str, memory: Memory, meaning: Meaning) -> list[str]:
    """Return the keys of notes about a topic, best first. Raises SkillError for none."""
    keys = list(memory)
    found = meaning.about(topic, [memory[key]["text"] for key in keys], near=NEAR)
    if not found:
        raise SkillError(f"No note is about {topic}.")
    return [keys[index] for index in found]


def listed(texts: list[str]) -> Reply:
    """Return notes as a list for the eye and sentences for the ear."""
    if len(texts) == 1:
        return Reply(texts[0])
    return Reply("\n".join(f"- {text}" for text in texts), " ".join(map(sentence, texts)))
