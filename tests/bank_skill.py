"""A skill with forms: values that are checked, confirmed, corrected, proposed and left out."""

from typing import Annotated, Literal

from assistant import Confirm, Finish, Memory, Person, Reply, Skill, SkillError, Slot, Suggest

skill = Skill("bank", "Money for friends, and a table to spend it at.")

Day = Literal["monday", "tuesday"]


def enough(amount: float, bank: Memory) -> None:
    """Refuse more than there is."""
    if amount > bank.get("balance", 100.0):
        raise SkillError("There is not that much.")


@skill.intent(
    "send money [to {recipient}]",
    "transfer {amount} to {recipient}",
    careful=True,
)
def transfer(
    recipient: Annotated[Person, Slot(ask="To whom?", why="The bank must know whose it is.")],
    amount: Annotated[float, Slot(ask="How much for {recipient}?", check=enough)],
    sure: Annotated[bool, Confirm("Send {amount} to {recipient}?", no="Nothing was sent.")],
    bank: Memory,
) -> str:
    """Send money to somebody."""
    bank["balance"] = bank.get("balance", 100.0) - amount
    return f"Sent {amount:g} to {recipient}."


@skill.intent("what is left in the bank")
def balance(bank: Memory) -> str:
    """Tell what is left."""
    return f"{bank.get('balance', 100.0):g} are left."


def lives_here(local: bool) -> bool:
    """Ask for the income of those alone who live here."""
    return local


def earns(income: bool) -> Finish | None:
    """End where there is too little."""
    return None if income else Finish("That is too little.")


@skill.intent("raise my limit")
def limit(
    email: Annotated[str, Slot(ask="Which address?", fresh=True)],
    local: Annotated[bool, Slot(ask="Do you live in Sweden?", fresh=True)],
    income: Annotated[
        bool, Slot(ask="Is your income high?", fresh=True, when=lives_here, check=earns)
    ],
    sure: Annotated[bool, Confirm("Raise it for {email}?")],
    note: Annotated[str | None, Slot(ask="Anything to add?", fresh=True)] = None,
) -> str:
    """Raise the limit."""
    return f"Raised for {email}{f' ({note})' if note else ''}."


def free(hour: float, day: Day) -> Reply | Suggest:
    """Propose eight for seven, which is always taken."""
    if hour == 7:
        return Suggest("Seven is taken on {day}. How about {hour}?", hour=8.0)
    return Reply("There is a table.")


@skill.intent("book a table", "book a table on {day} at {hour}")
def table(
    day: Annotated[Day, Slot(ask="Which day?")],
    hour: Annotated[float, Slot(ask="At which hour?", check=free)],
    guest: Annotated[Person, Slot(ask="In whose name?", fresh=True, called="name")],
) -> str:
    """Book a table."""
    return f"Booked on {day} at {hour:g} for {guest}."
