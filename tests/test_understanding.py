"""The bundled weights at work: free wording understood, nonsense refused, damage survived."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant import paths
from assistant.assembly import registry
from assistant.measuring.vectors import wanted
from assistant.settings import Settings
from assistant.testing import Conversation
from assistant.understanding.learning.model import IntentModel

FREE = [
    ("could you give me a shout in a quarter of an hour", "timer.start", "15 minutes"),
    ("let me know once twenty minutes have gone by", "timer.start", "20 minutes"),
    ("I'd like to know the time", "clock.now", "10:00"),
    ("get me up tomorrow at 7", "alarm.set_alarm", "tomorrow at 07:00"),
    ("is there anything i need to buy", "lists.read", "empty"),
    ("i want to hear something funny", "smalltalk.joke", ""),
    ("when did this computer boot", "system.uptime", "running"),
    ("give me a coin toss", "dice.flip", ""),
    ("stick bread on the shopping list", "lists.add", "bread"),
    ("how far off is christmas", "countdown.until", "296 days"),
    ("do i have alarms", "alarm.pending", "No alarm"),
]

OUTSIDE = [
    "who wrote war and peace",
    "play some jazz",
    "purple elephants swim in custard",
    "what will the weather be tomorrow",
    "book a flight to rome",
    "translate hello into french",
    "how tall is mount everest",
    "turn on the lights in the attic",
    "asdf ghjkl",
    "one two three",
    "five",
]


@pytest.mark.model
@pytest.mark.parametrize(("sentence", "intent", "told"), FREE, ids=[s for s, _, _ in FREE])
def test_understanding_free_wording(
    say: Conversation, sentence: str, intent: str, told: str
) -> None:
    """Words that stand in no example reach their skill, at once or by a yes to what is asked."""
    turn = say.listen_freely()(sentence)
    if turn.understanding.offered:
        assert turn.outcome == "asked"
        turn = say("yes")

    assert turn.understanding.intent == intent
    assert told in turn.reply.text


@pytest.mark.model
@pytest.mark.parametrize("sentence", OUTSIDE)
def test_understanding_refuses_what_no_skill_covers(say: Conversation, sentence: str) -> None:
    """Nonsense and foreign requests are refused, with a hint and nothing done."""
    turn = say.listen_freely()(sentence)

    assert turn.outcome == "refused"
    assert turn.understanding.intent is None
    assert turn.reply.text.startswith("I can't help with that.")


@pytest.mark.model
@pytest.mark.parametrize(
    ("sentence", "intent"),
    [
        ("what is the result if i divide 144 by 12", "calculator.calculate"),
    ],
)
def test_understanding_prefers_what_has_all_its_values(
    say: Conversation, sentence: str, intent: str
) -> None:
    """An intent that would have to ask gives way to a likely one that need not."""
    turn = say.listen_freely()(sentence)

    assert turn.understanding.intent == intent
    assert turn.outcome == "answered"


@pytest.mark.model
@pytest.mark.parametrize(("words", "cut"), [(500, False), (900, True)])
def test_understanding_tells_what_it_did_not_read(say: Conversation, words: int, cut: bool) -> None:
    """More word pieces than the encoder has positions are cut off, never silently."""
    turn = say.listen_freely()("a " * words)

    told = "Only the first 512 word pieces" in turn.reply.text
    assert told == cut == bool(turn.understanding.notes)


@pytest.mark.model
def test_understanding_suggests_what_fits(say: Conversation) -> None:
    """A refusal names at most three examples, near to what was said."""
    reply = say.listen_freely()("which notes mention a key").reply.text

    assert "note" in reply
    assert reply.count("\n- ") <= 3


@pytest.mark.model
def test_understanding_first_start_encodes_nothing(
    monkeypatch: pytest.MonkeyPatch, assistant_home: Path
) -> None:
    """The shipped vectors are fresh: they hold every sentence that the bundled skills need."""
    from assistant.engine import Encoder
    from assistant.understanding.learning.vectors import key, load

    encoder = Encoder.load(paths.checkpoint())
    shipped = load(paths.bundled() / "data" / "vectors" / "bundled.npz", encoder.fingerprint)
    missing = [sentence for sentence in wanted() if key(sentence) not in shipped]

    assert missing == [], "run make vectors"


@pytest.mark.model
def test_understanding_new_skill_in_its_own_words(say: Conversation, tmp_path: Path) -> None:
    """A skill saved a moment ago is understood in words that are not among its examples."""
    path = tmp_path / "bones.py"
    text = (
        "from random import randint\nfrom assistant import Skill\n"
        'skill = Skill("bones")\n'
        '@skill.intent("throw the bones", "throw {count} bones", "cast {count} bones")\n'
        "def throw(count: int = 1) -> str:\n"
        '    """Throw bones."""\n'
        '    return f"threw {count}"\n'
    )
    path.write_text(text, encoding="utf-8")

    assert say.use(path).listen_freely()("would you fling 3 of the bones").reply.text == "threw 3"


@pytest.mark.model
@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("encoder.safetensors", "encoder.safetensors"),
        ("tokenizer.json", "tokenizer"),
        ("config.json", "config.json"),
    ],
)
def test_understanding_damaged_checkpoint_leaves_the_templates(
    tmp_path: Path, assistant_home: Path, damage: str, told: str
) -> None:
    """A truncated file is one sentence in the status, and nothing raises."""
    folder = tmp_path / "checkpoint"
    shutil.copytree(paths.checkpoint(), folder)
    whole = (folder / damage).read_bytes()
    (folder / damage).write_bytes(whole[: len(whole) // 2])
    caches = tmp_path / "c.npz", tmp_path / "s.npz"
    model = IntentModel(folder, *caches, tmp_path, tmp_path / "judge.json")

    assert not model.prepare(registry(Settings(), packages=False).skills)
    assert told in model.state
    assert len(model.state.splitlines()) == 1
    assert model.rank("red car", ["a red car", "blue"])[0] > 0
