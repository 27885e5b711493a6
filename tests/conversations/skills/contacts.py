"""Contacts of the bank, each a name with a handle."""

from __future__ import annotations

import re
from typing import Annotated

from assistant import Confirm, Memory, Person, Skill, SkillError, Slot

skill = Skill("contacts", "The people one sends money to, with their handles.")

KNOWN = {"Joe": "@JoeMyers", "Mary": "@MaryLu"}


class Handle(str):
    """What somebody is called here, with the @ before it."""

    __slots__ = ()
    examples = ("@anna", "@bob_smith", "@dr_jones7", "@Zoe")

    @classmethod
    def parse(cls, text: str) -> Handle:
        """Return the only handle in a text. Raises ValueError."""
        (found,) = re.findall(r"(?<!\S)@\w+", text)
        return cls(found)


def known(contacts: Memory) -> dict[str, str]:
    """Return the handles by name."""
    kept: dict[str, str] = contacts.get("all", KNOWN)
    return kept


@skill.intent(
    "(list|read out) [all] my contacts",
    "which contacts do i have",
    "who is (in|on) my (contacts|contact list|address book)",
    "(let me see|what are|display) my contacts",
    "(open|read) my (address book|contact list)",
)
def everyone(contacts: Memory) -> str:
    """List the contacts."""
    lines = [f"- {name}: {handle}" for name, handle in known(contacts).items()]
    return "\n".join(("Your contacts:", *lines)) if lines else "You have no contacts."


@skill.intent(
    "(save|store|create|make) a [new] contact [for {name}]",
    "add a [new] contact",
    "new contact {name}",
    "(put|write|enter) {name} (into|in) my (contacts|contact list|address book)",
    "add {name} with the handle {handle}",
    "add {name} as a [new] contact",
    "add {handle} to the address book",
    "(put|enter) (somebody|someone|a friend|a new person) (into|in) my (contacts|contact list)",
    "(somebody|someone) new for my (contacts|contact list|address book)",
    "{name} should be (on|in) my (contact list|contacts)",
    careful=True,
)
def add(
    handle: Annotated[Handle, Slot(ask="Which handle does the contact have?")],
    name: Annotated[Person, Slot(ask="What is the contact's name?")],
    sure: Annotated[
        bool, Confirm("Add {name} with the handle {handle}?", no="Then nobody is added.")
    ],
    contacts: Memory,
) -> str:
    """Add a contact."""
    if handle in known(contacts).values():
        raise SkillError(f"{handle} is one of your contacts already.")
    contacts["all"] = {**known(contacts), name: str(handle)}
    return f"{name} is a contact now."


@skill.intent(
    "(delete|erase|drop) [the|a] contact [{handle}]",
    "(delete|erase) {handle} from my (contacts|contact list|address book)",
    "take {handle} (off|out of) my (contacts|contact list|address book)",
    "remove {handle} from my (contacts|contact list|address book)",
    "(delete|remove|take) somebody from my (contacts|contact list|address book)",
    "get rid of a contact",
    careful=True,
)
def remove(
    handle: Annotated[Handle, Slot(ask="Which handle shall go?")],
    sure: Annotated[
        bool, Confirm("Really remove the contact {handle}?", no="Then all contacts stay.")
    ],
    contacts: Memory,
) -> str:
    """Remove a contact."""
    kept = {name: each for name, each in known(contacts).items() if each != handle}
    gone = known(contacts).keys() - kept.keys()
    if not gone:
        raise SkillError(f"{handle} is none of your contacts.")
    contacts["all"] = kept
    return f"{handle} ({min(gone)}) is removed from your contacts."


@skill.intent(
    "(what are|explain) [contact] handles",
    "what is that, a handle",
    "tell me what a [contact] handle is",
    "what does [contact] handle mean",
    "what do you mean by [a] handle",
    "where do i find (the|a|his|her|their) handle",
    "i don't know what a handle is",
)
def handles() -> str:
    """Say what a handle is."""
    return "A handle is a unique name in this app that begins with @. Ask your friend for it."
