"""The bee hives in the garden: harvests, inspections, and how much honey there was."""

from datetime import date
from typing import Annotated

from assistant import Clock, Memory, Skill, SkillError, Slot, shown_number, spoken_date

skill = Skill("hives", "A diary of the bee hives.")


@skill.intent(
    "we took {kilos} kilos of honey from hive {hive}",
    "hive {hive} gave {kilos} kilos [of honey]",
    "i harvested {kilos} kilos from hive {hive}",
    "write down {kilos} kilos of honey for hive {hive}",
    "{kilos} kilos of honey came out of hive {hive}",
    "i extracted {kilos} kilos from hive {hive}",
    "the harvest of hive {hive} was {kilos} kilos",
    "log a harvest of {kilos} kilos from hive {hive}",
)
def harvest(hive: Annotated[int, Slot(ask="Which hive?")], kilos: float, memory: Memory) -> str:
    """Note a harvest."""
    if kilos <= 0:
        raise SkillError("That is no harvest.")
    honey = memory.get("honey", {})
    total = honey.get(str(hive), 0) + kilos
    memory["honey"] = {**honey, str(hive): total}
    return f"Hive {hive}: {shown_number(total)} kilos so far."


@skill.intent(
    "i inspected hive {hive} [and found {finding}]",
    "i looked into hive {hive} [{day}] [and saw {finding}]",
    "i checked hive {hive} [{day}]",
    "hive {hive} was inspected [{day}]",
    "hive {hive} has {finding}",
    "log an inspection of hive {hive} [with {finding}]",
    "there is {finding} in hive {hive}",
    "i opened hive {hive} [{day}] [and found {finding}]",
)
def inspect(
    hive: Annotated[int, Slot(ask="Which hive?")],
    memory: Memory,
    clock: Clock,
    day: date | None = None,
    finding: str = "",
) -> str:
    """Note an inspection."""
    when = day or clock.now().date()
    seen = memory.get("seen", {})
    note = f"{spoken_date(when)}: {finding or 'all well'}"
    memory["seen"] = {**seen, str(hive): note}
    return f"Hive {hive}, {note}."


@skill.intent(
    "how much honey did hive {hive} give",
    "how much honey have we got [from hive {hive}]",
    "how many kilos came from hive {hive}",
    "what is the yield of hive {hive}",
    "how productive is hive {hive}",
    "how much did we harvest [from hive {hive}]",
    "tell me the honey total [of hive {hive}]",
    "what did the bees bring in",
)
def total(memory: Memory, hive: int | None = None) -> str:
    """Tell how much honey there was."""
    honey = memory.get("honey", {})
    if hive is None:
        return f"{shown_number(sum(honey.values()))} kilos altogether."
    return f"Hive {hive} gave {shown_number(honey.get(str(hive), 0))} kilos."
