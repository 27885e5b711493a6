"""Payments that recur: standing orders and direct debits."""

from datetime import date
from typing import Annotated, Literal

from assistant import Clock, Confirm, Memory, Money, Skill, SkillError, Slot

skill = Skill("payments", "Standing orders and direct debits.")


def ahead(day: date, clock: Clock) -> None:
    """Take no day that has passed."""
    if day < clock.now().date():
        raise SkillError("That date will not do: it has passed.")


def after(end: date, start: date, clock: Clock) -> None:
    """Take no end before the start."""
    ahead(end, clock)
    if end < start:
        raise SkillError("That end will not do: it is before the start.")


@skill.intent(
    "(create|arrange|start) a [new] {kind}",
    "(create|arrange|start) a {kind} (to|for) {recipient}",
    "i need a [new] {kind}",
    "(create|arrange|start) a [new] (recurring|recurrent|regular|repeating) payment",
    "set up (regular|recurring|recurrent) payments [to {recipient}]",
    "pay {recipient} {amount} {frequency}",
    "pay {recipient} [{amount}] every (month|year)",
    "let {recipient} collect [{amount}] from my account {frequency}",
    careful=True,
)
def recurring(
    kind: Annotated[
        Literal["direct debit", "standing order"],
        Slot(ask="Which type: direct debit or standing order?", called="type"),
    ],
    recipient: Annotated[str, Slot(ask="Who shall be paid?")],
    amount: Annotated[Money, Slot(ask="How much each time?")],
    frequency: Annotated[Literal["monthly", "yearly"], Slot(ask="Monthly or yearly?")],
    start: Annotated[date, Slot(ask="From which day on?", called="start", check=ahead)],
    end: Annotated[date, Slot(ask="Until which day?", called="end", check=after)],
    sure: Annotated[
        bool,
        Confirm(
            "A {kind} of {amount} to {recipient}, {frequency} from {start} to {end}: right?",
            no="Then no payment is set up.",
        ),
    ],
    orders: Memory,
) -> str:
    """Set up a payment that recurs."""
    orders["all"] = [*orders.get("all", []), [kind, recipient, float(amount), frequency]]
    return "Your payment is set up."
