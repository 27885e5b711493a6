"""How a sentence is read: which parsers are asked, in which order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, RaceError
from assistant.language.records import dataclass
from assistant.turn import Situation, Understanding, Utterance
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.parsers import chain
from assistant.understanding.parsers.answer import AnswerParser
from assistant.understanding.parsers.bare import BareParser
from assistant.understanding.parsers.chain import Link
from assistant.understanding.parsers.classified import ClassifierParser
from assistant.understanding.parsers.clauses import ClausesParser
from assistant.understanding.parsers.correction import PARSER as CORRECTION
from assistant.understanding.parsers.correction import CorrectionParser
from assistant.understanding.parsers.followed import PARSER as FOLLOWED
from assistant.understanding.parsers.followed import FollowedParser
from assistant.understanding.parsers.misspelt import PARSER as MISSPELT
from assistant.understanding.parsers.misspelt import MisspeltParser
from assistant.understanding.parsers.pointed import PARSER as POINTED
from assistant.understanding.parsers.pointed import PointedParser
from assistant.understanding.parsers.repaired import PARSER as REPAIRED
from assistant.understanding.parsers.repaired import RepairedParser
from assistant.understanding.parsers.several import PARSER as SEVERAL
from assistant.understanding.parsers.several import SeveralParser
from assistant.understanding.parsers.taught import TaughtParser
from assistant.understanding.parsers.template import TemplateParser
from assistant.understanding.parsers.withheld import PARSER as WITHHELD
from assistant.understanding.parsers.withheld import WithheldParser

if TYPE_CHECKING:
    from assistant.skill.registry import Skills
    from assistant.understanding.learning.model import IntentModel
    from assistant.understanding.learning.reading import FeatureReader
    from assistant.understanding.trust import Budgets

FAILED = "Something went wrong while I read that: say it in other words."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """The parsers of the installed skills: all in their order, and two that are used alone."""

    links: Sequence[Link]
    exact: TemplateParser
    free: ClassifierParser

    def ask(self, said: Utterance, at: Situation, longest: float | None = None) -> Understanding:
        """Return what the first parser that is sure says."""
        return chain.ask(self.links, said, at, longest)

    def exactly(self, said: Utterance, at: Situation) -> Understanding:
        """Return what something covers word for word."""
        return chain.ask([link for link in self.links if link.exact], said, at)


def reading(
    skills: Skills,
    model: IntentModel,
    features: FeatureReader,
    budgets: Budgets,
    more: Callable[[Skills], Iterable[Link]],
) -> Reading:
    """Return how sentences are read with skills, by ``more`` parsers of packages too."""
    lexicon = Lexicon(skills.intents)
    exact = TemplateParser(skills, lexicon)
    free = ClassifierParser(skills, model, budgets, features.spans, lexicon)
    own = TemplateParser(skills, lexicon, skills.heard_first)
    taught = TaughtParser(skills, own, (exact, free), features.spans)
    several = SeveralParser(skills, exact, free, lexicon)
    correction = CorrectionParser(skills, lexicon)
    repaired = RepairedParser(skills, exact, free, lexicon)
    links = (
        Link("answer", AnswerParser(skills, free, taught, several, exact), exact=True),
        Link("taught", taught, exact=True),
        Link(REPAIRED, repaired, exact=True),
        Link(SEVERAL, several, exact=True),
        Link(WITHHELD, WithheldParser(skills, exact, free), exact=True),
        Link(MISSPELT, MisspeltParser(skills, (exact, free), model.knows, lexicon)),
        Link(POINTED, PointedParser(skills, exact, correction, lexicon), exact=True),
        Link("template", exact, exact=True),
        Link(CORRECTION, correction, exact=True),
        Link(FOLLOWED, FollowedParser(skills, lexicon), exact=True),
        *more(skills),
        Link("repaired freely", repaired.freely),
        Link("classifier", BareParser(ClausesParser(free, skills, lexicon), skills, lexicon)),
    )
    return Reading(links, exact, free)


def safely(read: Callable[[], Understanding]) -> Understanding:
    """Return what is read; what goes wrong beside the store is said, and nothing is done."""
    try:
        return read()
    except (AssistantError, RaceError):
        raise
    except Exception:  # whatever it is, the turn ends in a sentence
        log.exception("a sentence can't be read")
        return Understanding(None, notes=(FAILED,))
