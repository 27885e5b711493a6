"""What the assistant can do, from the skills themselves."""

from assistant import Catalogue, Reply, Skill, SkillError

skill = Skill("help", "What I can do, skill by skill.")


@skill.intent(
    "what can you do",
    "[i need] help [me]",
    "what (can i say|do you understand)",
    "how (does this work|do you work|do i use you|to use you)",
    "(list|show) [me] [all|your|a list of your] (skills|commands|options)",
    "what are you able to do",
    "what are your (skills|commands|abilities|features)",
    "(what|which) (skills|commands) (are there|do you have|are available)",
    "tell me (about your|your|some of your) (abilities|skills|capabilities)",
    "show me what you can do",
    "what can i ask [you]",
    "how can you help me",
)
def overview(catalogue: Catalogue) -> Reply:
    """Tell what can be done."""
    told = [s for s in catalogue.skills if s.name not in ("help", "smalltalk")]
    lines = [f"- **{s.name}**: {s.description} “{s.intents[0][2][0]}”" for s in told]
    names = ", ".join(s.name for s in told)
    text = "\n".join(lines)
    return Reply(f"{text}\n\nSay “help with timers” for more.", f"I can do {names}.")


@skill.intent(
    "[i need] help [me] (with|on|about) [the] {name}",
    "how do i use [the] {name} [skill]",
    "what can you do with {name}",
    "what can i say (to|about) [the] {name} skill",
    "explain the {name} skill",
    "how does [the] {name} skill work",
)
def about(name: str, catalogue: Catalogue) -> Reply:
    """Tell what one skill can do."""
    found = catalogue.find(name.lower().removesuffix("skill").strip())
    if found is None:
        raise SkillError(
            f"There is no skill “{name}”; there are {', '.join(s.name for s in catalogue.skills)}."
        )
    lines = [f"- {doc} “{examples[0]}”" for _, doc, examples in found.intents if examples]
    return Reply(f"**{found.name}**: {found.description}\n\n" + "\n".join(lines), found.description)
