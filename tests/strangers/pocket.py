"""Pocket money: what each child gets, spends and has left."""

from typing import Annotated

from assistant import Memory, Skill, SkillError, Slot, shown_number

skill = Skill("pocket", "The pocket money of the children.")


@skill.intent(
    "give {child} {amount} euros [for {reason}]",
    "{child} gets {amount} euros [for {reason}]",
    "{child} earned {amount} euros [for {reason}]",
    "add {amount} euros to {child}'s pocket money",
    "pay {child} {amount} euros pocket money",
    "put {amount} euros into {child}'s piggy bank",
    "i gave {child} {amount} euros [for {reason}]",
    "{amount} euros pocket money for {child}",
)
def pay(
    child: Annotated[str, Slot(ask="Which child?")],
    amount: float,
    memory: Memory,
    reason: str = "",
) -> str:
    """Give a child money."""
    if amount <= 0:
        raise SkillError("It has to be more than nothing.")
    memory[child.lower()] = memory.get(child.lower(), 0) + amount
    why = f" for {reason}" if reason else ""
    return f"{child} gets {shown_number(amount)} euros{why}."


@skill.intent(
    "{child} spent {amount} euros [on {thing}]",
    "take {amount} euros off {child}'s pocket money [for {thing}]",
    "{child} paid {amount} euros for {thing}",
    "{child} bought {thing} for {amount} euros",
    "subtract {amount} euros from {child}'s pocket money",
    "{child} used {amount} euros [for {thing}]",
    "{child} took out {amount} euros [for {thing}]",
    "{child} blew {amount} euros on {thing}",
)
def spend(
    child: Annotated[str, Slot(ask="Which child?")],
    amount: float,
    memory: Memory,
    thing: str = "",
) -> str:
    """Take what a child spent off its money."""
    left = memory.get(child.lower(), 0) - amount
    if left < 0:
        raise SkillError(f"{child} does not have that much.")
    memory[child.lower()] = left
    what = f" after {thing}" if thing else ""
    return f"{child} has {shown_number(left)} euros left{what}."


@skill.intent(
    "how much money does {child} have [left]",
    "how much pocket money has {child} got",
    "what is in {child}'s piggy bank",
    "how much has {child} saved",
    "what does {child} have left",
    "tell me {child}'s balance",
    "how rich is {child}",
    "is there any money left for {child}",
)
def balance(child: str, memory: Memory) -> str:
    """Tell how much money a child has."""
    return f"{child} has {shown_number(memory.get(child.lower(), 0))} euros."
