"""A bank account: what is left of it, what was sent, and sending more."""

from typing import Annotated

from assistant import (
    Clock,
    Confirm,
    Memory,
    Money,
    Person,
    Skill,
    SkillError,
    Slot,
    shown_number,
)

skill = Skill("bank", "An account: its balance, its transactions, and transfers to people.")

BALANCE = 4200.0
PAST = (
    ("2023-06-16 11:59:30", "me", "Joe", 30, "restaurant, split bill"),
    ("2023-06-10 10:30:21", "me", "Mary", 700, "flatshare, rent"),
    ("2023-05-01 16:10:10", "Joe", "me", 50, "rideshare to Ruegen"),
)

DESCRIBING = frozenset(("a an the my our some any one this that somebody someone anybody").split())
"""First words of what describes somebody without naming them."""


def named(recipient: Person) -> None:
    """Take nobody who is only described."""
    if recipient.casefold().split()[0] in DESCRIBING:
        raise SkillError("I need a name.")


def enough(amount: Money, bank: Memory) -> None:
    """Take no more than there is."""
    if amount > bank.get("balance", BALANCE):
        raise SkillError("The account has not that much.")


@skill.intent(
    "transfer {amount} to {recipient}",
    "transfer {recipient} {amount}",
    "(wire|move) [some] (money|funds) [over] [to {recipient}]",
    "(wire|move) {amount} [over] to {recipient}",
    "pay {amount} to {recipient}",
    "pay {recipient} [back] {amount}",
    "(pay|give) {recipient} (some money|what i owe them)",
    "give {recipient} {amount}",
    "send {amount} from my account to {recipient}",
    "send [{recipient}] [some] cash",
    "i have to send {recipient} {amount}",
    "send {recipient} {amount} (today|now|right away)",
    "send {recipient} (exactly|another) {amount}",
    "send {recipient} the {amount} i owe",
    "(make|do|start) a [single|one time|one off] (transfer|payment) [of {amount}] [to {recipient}]",
    "i need [to make] a [single|one time] payment",
    "a single payment [of {amount}] [to {recipient}]",
    "make a payment to (a friend|my family)",
    "(make|do|begin) {count} (transfers|payments) to {recipient}",
    "i owe {recipient} [{amount}]",
    "settle [up] my debt with {recipient}",
    "i want to get even with {recipient}",
    "money for {recipient}",
    careful=True,
)
def transfer(
    recipient: Annotated[Person, Slot(ask="Who shall get it?", check=named)],
    amount: Annotated[Money, Slot(ask="How much shall it be?", check=enough)],
    sure: Annotated[bool, Confirm("Send {amount} to {recipient}?", no="Then nothing is sent.")],
    bank: Memory,
    clock: Clock,
    count: int = 1,
) -> str:
    """Send money to somebody."""
    if recipient == "Jack":
        raise SkillError("That transfer failed.")
    bank["balance"] = bank.get("balance", BALANCE) - amount
    sent = [f"{clock.now():%Y-%m-%d %H:%M:%S}", "me", recipient, float(amount), ""]
    bank["sent"] = [sent, *bank.get("sent", [])]
    return f"Successfully transferred {amount} to {recipient}."


@skill.intent(
    "(what is|tell me) my [account] balance",
    "what is (on|in) my account",
    "how much (money|cash) do i have [left]",
    "how much is left (on|in) my account",
    "how much have i got in the bank",
    "can i see the balance of my account",
    "the [current] balance of my account",
    "did my (salary|wages) come in [yet|already]",
    "has my (salary|pay) [already] (arrived|been paid)",
    "was i paid [yet|already]",
    "am i broke",
)
def balance(bank: Memory) -> str:
    """Say what is left."""
    return f"{shown_number(bank.get('balance', BALANCE), 2)} is left on your account."


@skill.intent(
    "list (the|my) [last|latest|recent] transactions",
    "what are my [last|latest|recent] (transactions|payments)",
    "(let me see|give me|display) [all] my [recent|latest|past] (transactions|transfers|payments)",
    "which (transfers|payments) did i make [lately]",
    "what did i spend [money on] [lately|recently]",
    "the history of my account",
    "account statement",
)
def transactions(bank: Memory) -> str:
    """Tell the latest transactions."""
    lines = [
        f"- {shown_number(amount, 2)} from {giver} to {taker}, {at}{f', {what}' if what else ''}"
        for at, giver, taker, amount, what in (*bank.get("sent", []), *PAST)
    ]
    return "\n".join(("Your transactions:", *lines))
