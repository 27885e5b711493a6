"""Sums in figures and words."""

from assistant import Formula, History, Skill, SkillError, shown_number

skill = Skill("calculator", "Arithmetic, percentages and roots, in figures or words.")


@skill.intent(
    "{formula}",
    "what is {formula}",
    "how much is {formula}",
    "what does {formula} (make|come to)",
    "(calculate|compute|work out|evaluate|solve) {formula}",
    "{formula} (is how much|makes what)",
    "what do (i|you) get (if|when) (i|you) {formula}",
    "what (do|would) you get for {formula}",
    "(tell me|give me) [what] {formula} [is]",
    "a tip of {formula}",
)
def calculate(formula: Formula, history: History) -> str:
    """Calculate a sum."""
    result = shown_number(formula.value(last_result(history) if formula.running else None))
    return f"{formula} is {result}." if formula.shares else f"{result}."


@skill.intent(
    "what (percentage|percent) [is] {part} of {whole}",
    "{part} is what (percent|percentage) of {whole}",
    "how many percent is {part} of {whole}",
    "what (percentage|percent) of {whole} is {part}",
)
def what_percent(part: float, whole: float) -> str:
    """Tell what percentage one number is of another."""
    if whole == 0:
        raise SkillError("Nothing is a percentage of zero.")
    share = shown_number(100 * part / whole)
    return f"{shown_number(part)} is {share} % of {shown_number(whole)}."


def last_result(history: History) -> float | None:
    """Return what the sums of this session came to, each going on from the one before."""
    result = None
    for turn in history.turns():
        if turn.understanding.intent == "calculator.calculate" and turn.outcome == "answered":
            said = turn.understanding.slot("formula")
            formula = Formula.parse(said.value) if said else None
            result = formula.value(result) if formula else result
    return result
