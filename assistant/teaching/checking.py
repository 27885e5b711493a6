"""What would be understood otherwise with one more example: tried on all that is known to be right.

That is what the installed skills' examples stand for, word for word and by their meaning, and the
rows of sentences and conversations that lie beside the user's skills or were recorded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.conversation.lesson import StoppedError
from assistant.conversation.meanings import in_short
from assistant.errors import AssistantError
from assistant.labelled.conversations import SUFFIXES, by_home, rows_of
from assistant.labelled.judging import judge
from assistant.labelled.sentences import Sentence
from assistant.language import templates
from assistant.language.matching import Index
from assistant.language.records import dataclass
from assistant.skill.declared import example
from assistant.teaching.examples import SIGNS
from assistant.teaching.rehearsing import Homes
from assistant.understanding.learning.lessons import Lessons, sampled, values_of
from assistant.understanding.parsers.classified import taught_examples

if TYPE_CHECKING:
    from assistant.conversation.assistant import Assistant
    from assistant.language.matching import Match
    from assistant.language.templates import Template
    from assistant.skill.declared import Intent
    from assistant.skill.registry import Skills
    from assistant.turn import Situation

CLEAR = 0.3
"""By how many logits another intent must be ahead to count: a fit anew moves all a little."""

FEW, MANY = 16, 500
"""Sentences of an example that are tried, at most: of the new one, and of one that may be covered.
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One more example to try: who understands now, in which situation, and whether to stop."""

    assistant: Assistant
    situation: Situation
    folder: Path
    """Where recorded conversations lie."""
    stop: Callable[[], bool]

    def worse(self, intent: str, text: str) -> list[str]:
        """Return in words what would be worse. Raises StoppedError."""
        skills = self.assistant.skills
        target = skills.intents[intent]
        template = example(text, target.slots, "")
        more = replace(skills, own=(*skills.own, (intent, template)))
        found = dict(self._covered(target, template))
        rows = [*self._rows(skills)]
        before = set(self._right(rows, skills))
        model, taught = self.assistant.model.beside(), taught_examples(self.situation)
        if model.prepare(skills, taught):
            self.assistant.progress("learning it, Esc stops")
            known, own = model.misplaced(skills, taught), set(Lessons.of(skills, ()).own)
            for said, (was, now) in model.misplaced(more, taught, CLEAR).items():
                if said not in known and said in own:
                    found.setdefault(said, f"sentences like {self._told(said, was, now)}")
        self._look()
        after = set(self._right(rows, more))
        return [*found.values(), *sorted(before - after)]

    def _covered(self, target: Intent, template: Template) -> Iterator[tuple[str, str]]:
        """Give what the example covers word for word of what other intents understand so.

        That are its own wordings which another's example covers without a free text, that any words
        fit into; and the wordings of every other example which it covers itself.
        """
        skills, now = self.assistant.skills, self.situation.now
        for said in sampled(target, template, FEW):
            self._look()
            best = next(iter(skills.heard.match(said, now)), None)
            if best and best.intent != target.name and self._tells(best):
                yield said, self._told(said, best.intent, target.name)
        alone = Index([(target.name, template, target.kinds)])
        for other in skills.intents.values():
            if other.name == target.name:
                continue
            for each in other.examples:
                self._look()
                words = _words(other, each)
                could = all(not words.isdisjoint(group) for group in template.anchors)
                for said in sampled(other, each, MANY) if could else ():
                    if alone.match(said, now):
                        yield said, self._told(said, other.name, target.name)
                        break

    def _tells(self, match: Match) -> bool:
        slots = self.assistant.skills.intents[match.intent].slots
        return not any(slots[name].type.greedy for name in match.slots)

    def _told(self, said: str, was: str, now: str) -> str:
        intents = self.assistant.skills.intents
        does = [f"“{in_short(intents[each])}”" for each in (was, now)]
        return f"“{said}”: not {does[0]} any more, but {does[1]}"

    def _rows(self, skills: Skills) -> Iterator[tuple[str, list[Sentence]]]:
        """Give the rows that belong together, with the file they are of."""
        for path in tests_of(skills, self.folder):
            try:
                found = by_home(rows_of(path))
            except AssistantError as error:
                log.warning("not tried: %s", error)
                continue
            yield from ((path.name, rows) for rows in found)

    def _right(self, told: Sequence[tuple[str, list[Sentence]]], skills: Skills) -> Iterator[str]:
        """Give the rows of which comes what is expected, with these skills."""
        total = sum(len(rows) for _, rows in told)
        done = 0
        with closing(Homes(lambda clock: self.assistant.beside(skills, clock))) as homes:
            for file, rows in told:
                for row, said in homes.say(rows):
                    self._look()
                    done += 1
                    self.assistant.progress(f"trying {done} of {total}, Esc stops")
                    if judge(row, said) == "right":
                        yield f"“{row.text}” ({file}:{row.line}) is not what it should be any more"

    def _look(self) -> None:
        if self.stop():
            raise StoppedError


def _words(intent: Intent, example: Template) -> frozenset[str]:
    """Return the words that sentences which an example stands for may have."""
    values = values_of(intent)
    own = SIGNS.sub(" ", str(example)).split()  # a hole's name too, which does no harm
    texts = [*own, *(text for hole in example.holes for text in values[hole])]
    return frozenset(word for text in texts for word in templates.word_texts(text))


def tests_of(skills: Skills, folder: Path) -> list[Path]:
    """Return the files of rows beside the user's skills, of their names, and those recorded."""
    sources = [Path(each.source) for each in skills.installed if each.origin in ("user", "file")]
    beside = (path.with_suffix(end) for path in sources for end in (".tsv", *SUFFIXES))
    recorded = (path for end in SUFFIXES for path in sorted(folder.glob(f"*{end}")))
    return [path for path in dict.fromkeys((*beside, *recorded)) if path.is_file()]
