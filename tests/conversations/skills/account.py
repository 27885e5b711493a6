"""The account itself: higher limits, cards, and what people ask about it."""

from typing import Annotated, Literal

from assistant import Confirm, Finish, Memory, Skill, Slot

skill = Skill("account", "Higher limits, a new card, fees.")

LAW = (
    "State law there asks for the yearly income of who wants higher limits. "
    "It is used for nothing else, and your data is safe."
)


class Email(str):
    """An email address."""

    __slots__ = ()
    examples = ("anna@example.org", "bob.smith@mail.com", "z@y.net")

    @classmethod
    def parse(cls, text: str) -> "Email":
        """Return the only address in a text. Raises ValueError."""
        (found,) = [word.strip(".,!?;") for word in text.split() if "@" in word.strip("@")]
        return cls(found)


def lives_there(california: bool) -> bool:
    """Tell whether the income matters."""
    return california


def sufficient(income: bool) -> Finish | None:
    """End where the income is too low."""
    return None if income else Finish("Then your limits cannot be raised.")


@skill.intent(
    "verify (me|my identity|the account)",
    "i need [to have] higher limits",
    "raise (my|the) [transfer] limits",
    "get my account verified",
    "how do i (become verified|raise my limits)",
    careful=True,
)
def verify(
    email: Annotated[Email, Slot(ask="What is your email address?", fresh=True)],
    california: Annotated[
        bool, Slot(ask="Are you based in California?", why=LAW, fresh=True, called="residence")
    ],
    income: Annotated[
        bool,
        Slot(
            ask="Is your income more than 100,000 dollars a year?",
            why=LAW,
            fresh=True,
            when=lives_there,
            check=sufficient,
        ),
    ],
    sure: Annotated[bool, Confirm("Verify the account of {email}?", no="Then I stop here.")],
    account: Memory,
) -> str:
    """Verify the account."""
    account["verified"] = str(email)
    return "Your account is verified."


def linked(mine: bool) -> Finish | None:
    """End where it is another card."""
    return None if mine else Finish("No such card is linked here.")


def was_lost(reason: str) -> bool:
    """Tell whether somebody else may have the card."""
    return reason == "lost"


def honest(fraud: bool) -> Finish | None:
    """End where somebody else used it."""
    sorry = "I am sorry. Please report that on the disputes page; I can't do it here."
    return Finish(sorry) if fraud else None


@skill.intent(
    "(send|order|get) me a [new] card",
    "my card is (gone|broken)",
    "i (lost|can't find) my card",
    "my [bank] card [is] {reason}",
    "a (new|replacement) card please",
    "i want a replacement for my card",
)
def replace_card(
    mine: Annotated[
        bool, Slot(ask="Is it the card that ends in 3452?", fresh=True, check=linked, called="card")
    ],
    reason: Annotated[Literal["lost", "damaged"], Slot(ask="Why: was it lost, or is it damaged?")],
    fraud: Annotated[
        bool,
        Slot(ask="Did somebody else use it?", fresh=True, when=was_lost, check=honest),
    ],
) -> str:
    """Replace a card."""
    return (
        "The old card is blocked, and I send you a new one. "
        "The new card is ordered and comes in 3 to 5 working days."
    )


@skill.intent(
    "what does (sending|transferring) money cost",
    "(is there|are there) (a fee|fees|charges|costs) [for (transfers|sending money)]",
    "do i pay [anything|a fee] for (transfers|sending money)",
    "how much is a transfer",
    "does it cost (anything|money) to send (money|somebody something)",
    "do you (charge|take) [anything|a fee|money] for (it|that|transfers)",
    "is it free to send money",
    "is this (service|app) free [of charge]",
    "do transfers with this (service|app) cost [me] anything",
)
def fees() -> str:
    """Say what transfers cost."""
    return "Transfers to friends and family are free."


@skill.intent(
    "can i send money (abroad|overseas|to another country)",
    "are (transfers abroad|international transfers|foreign transfers) possible",
    "do you do (international|foreign|overseas) (transfers|payments)",
    "(and|what about) (transfers abroad|international transfers|foreign countries|other countries)",
    "does it work (abroad|internationally|in other countries)",
)
def abroad() -> str:
    """Say how far transfers go."""
    return "Only inside the country, so far."


@skill.intent(
    "i (am|feel) (ill|sick)",
    "i (need|want) (a doctor|a nurse|medical advice|medical help)",
    "can you help me with my (health|illness)",
    "what should i do about my (headache|fever|pain)",
)
def health() -> str:
    """Give no advice on health."""
    return "I can give no advice on health; please ask a doctor."
