"""Notes, found by meaning."""

from assistant import Ask, Clock, Meaning, Memory, Reply, Skill, SkillError

skill = Skill("notes", "Notes, found again by what they are about.")

NEAR = 0.3
"""Cosine from which a note counts as being about something."""


@skill.intent(
    "note that {text}",
    "(make|take) a note that {text}",
    "(take|make|write) a note: {text}",
    "note down [that] {text}",
    "note [the following] {text}",
    "(jot|scribble) {text} down",
    "scribble down [that] {text}",
    "take this down [as a note]: {text}",
    "jot something down: {text}",
    "(write|jot) this down: {text}",
    "put in my notes that {text}",
    "write down [that] {text}",
    "jot down [that] {text}",
    "add a note [that|saying] {text}",
    "new note: {text}",
    "note: {text}",
    "(take|make) a note",
)
def add(text: str, memory: Memory, clock: Clock) -> str:
    """Take a note."""
    number = max((int(key) for key in memory), default=0) + 1
    memory[str(number)] = {"text": text.strip(), "at": clock.now().isoformat()}
    return f"Noted: {text.strip().rstrip('.')}."


@skill.intent(
    "find my note[s] (about|on) {topic}",
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
    keys = nearest(topic, memory, meaning)
    if not keys:
        raise SkillError(f"No note is about {topic}.")
    return listed([memory[key]["text"] for key in keys[:3]])


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
    return listed([note["text"] for note in memory.values()])


@skill.intent(
    "(read|show) [me] my (last|latest|newest) note",
    "what did i note last",
    "what was my last note",
    "my latest note",
)
def latest(memory: Memory) -> str:
    """Read the newest note."""
    if not memory:
        raise SkillError("There are no notes yet.")
    newest: str = memory[max(memory, key=int)]["text"]
    return newest


@skill.intent(
    "(delete|remove) (the|my) note (about|on) {topic}",
    "(delete|remove) my last note",
    "throw away the note (about|on) {topic}",
)
def delete(memory: Memory, meaning: Meaning, topic: str = "") -> Ask:
    """Delete a note, after asking."""
    if not memory:
        raise SkillError("There are no notes yet.")
    keys = nearest(topic, memory, meaning) if topic else [max(memory, key=int)]
    if not keys:
        raise SkillError(f"No note is about {topic}.")
    return Ask(f"Delete “{memory[keys[0]]['text']}”?", then=deleted, keep={"key": keys[0]})


@skill.answer
def deleted(yes: bool, key: str, memory: Memory) -> str:
    """Delete the note if so wished."""
    if not yes:
        return "It stays."
    memory.pop(key, None)
    return "Deleted."


@skill.intent("(delete|clear|remove) all [my|the] notes", "throw away all my notes")
def delete_all(memory: Memory) -> Ask:
    """Delete every note, after asking."""
    if not memory:
        raise SkillError("There are no notes yet.")
    what = "your only note" if len(memory) == 1 else f"all {len(memory)} notes"
    return Ask(f"Delete {what}?", then=all_deleted)


@skill.answer
def all_deleted(yes: bool, memory: Memory) -> str:
    """Delete every note if so wished."""
    if not yes:
        return "They stay."
    memory.clear()
    return "All notes are deleted."


def nearest(topic: str, memory: Memory, meaning: Meaning) -> list[str]:
    """Return the keys of notes about a topic, the best first."""
    keys = list(memory)
    texts = [memory[key]["text"] for key in keys]
    words = {w for w in topic.lower().split() if len(w) > 2} - {"the", "and", "for", "our"}
    found = []
    for index, score in meaning.rank(topic, texts):
        shared = words & set(texts[index].lower().replace(".", " ").split())
        if score >= NEAR or shared:
            found.append((score + 0.2 * bool(shared), keys[index]))
    return [key for _, key in sorted(found, key=lambda pair: -pair[0])]


def listed(texts: list[str]) -> Reply:
    """Return notes as a list for the eye and sentences for the ear."""
    if len(texts) == 1:
        return Reply(texts[0])
    return Reply("\n".join(f"- {text}" for text in texts), ". ".join(texts) + ".")
