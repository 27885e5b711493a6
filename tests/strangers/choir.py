"""A choir: who sings which voice, and what is rehearsed when."""

from datetime import date
from typing import Annotated, Literal

from assistant import Clock, Memory, Name, Skill, Slot, joined, spoken_date

skill = Skill("choir", "The voices and the rehearsals of our choir.")

Voice = Literal["soprano", "alto", "tenor", "bass"]


@skill.intent(
    "{singer} sings {voice}",
    "put {singer} in the {voice} section",
    "{singer} is a {voice}",
    "{singer} moves to {voice}",
    "add {singer} to the choir as {voice}",
    "our new {voice} is {singer}",
    "{singer} joined us as a {voice}",
    "{singer} takes the {voice} part",
)
def assign(singer: Name, voice: Annotated[Voice, Slot(ask="Which voice?")], memory: Memory) -> str:
    """Note which voice somebody sings."""
    memory["singers"] = {**memory.get("singers", {}), str(singer): voice}
    return f"{singer} sings {voice}."


@skill.intent(
    "we rehearse {piece} [on {day}]",
    "we are practising {piece} [on {day}]",
    "put {piece} on the programme [for {day}]",
    "rehearse {piece} [on {day}]",
    "{piece} is on the programme [for {day}]",
    "schedule {piece} for the rehearsal [on {day}]",
    "let us sing {piece} [on {day}]",
    "the choir sings {piece} [on {day}]",
)
def rehearse(piece: str, memory: Memory, clock: Clock, day: date | None = None) -> str:
    """Plan a piece for a rehearsal."""
    when = day or clock.now().date()
    plan = memory.get("plan", {})
    pieces = [*plan.get(when.isoformat(), []), piece]
    memory["plan"] = {**plan, when.isoformat(): pieces}
    return f"{spoken_date(when)}: {joined(pieces)}."


@skill.intent(
    "who sings {voice}",
    "which singers are {voice}",
    "who is in the {voice} section",
    "how many singers do we have in {voice}",
    "name everybody who sings {voice}",
    "who have we got for {voice}",
    "is anybody singing {voice}",
    "read me the names of the {voice} section",
)
def who(voice: Voice, memory: Memory) -> str:
    """Tell who sings a voice."""
    names = [name for name, sung in memory.get("singers", {}).items() if sung == voice]
    return f"{len(names)} in {voice}: {joined(names)}." if names else f"Nobody sings {voice}."
