"""Which words beside a value change it, by the family of the value."""

from __future__ import annotations

from dataclasses import replace

from assistant.language.counting import ORDINALS, TENS, UNITS
from assistant.language.values.almanac import MONTHS, THROUGH, UNCERTAIN, WEEKDAYS
from assistant.language.values.durations import NAMES
from assistant.language.values.finding import Guard
from assistant.language.values.monthdays import CLOSED

JOINING = THROUGH | {"or", "and"}
"""Words that make one of two values: a span, a choice, a list."""

COUNTING = frozenset((*UNITS, *TENS, *ORDINALS, "half", "quarter", "noon", "midday", "midnight"))

CALENDAR = frozenset((*WEEKDAYS, *MONTHS, "weekend", "quarter")) - UNCERTAIN
UNITS_OF_DAYS = frozenset(
    n for n, seconds in NAMES.items() if seconds >= NAMES["day"] and len(n) > 2
)

MOVING = frozenset(
    "before after until till since between not except every each than past following last next "
    "previous".split()
)
"""Words before a day or an hour that make it another one, or many."""

BEHIND = frozenset("ago before after until till since between every each daily".split())

WISHING = frozenset("good nice great happy merry lovely wonderful fun pleasant".split())

NUMBERS = Guard(
    pronouns=frozenset(
        "the that this which another any each every no some next other only new old same".split()
    )
    | frozenset(ORDINALS)
)

OPEN = frozenset(("to", "past"))
"""Words between the minutes and the hour: "ten to | six"."""

CLOCKS = Guard(MOVING, BEHIND, JOINING, NAMES, counting=COUNTING, zones=True, open=OPEN)
"""Times of day."""

MOMENTS = replace(
    CLOCKS, belonging=CALENDAR | UNITS_OF_DAYS, closing=CLOSED, wishing=WISHING, hours=True
)
"""Moments, which are neither a span's start nor its end."""

DAYS = replace(
    MOMENTS,
    before=(MOVING | {"half", "least"}) - {"until", "till", "since"},
    zones=False,
    hours=False,
)
"""Days: "until friday" names friday."""

SPANS = Guard(
    frozenset("not except every each than after before beyond".split()),
    frozenset(("ago", "after", "before", "but")),
    frozenset(("or", "and")),
    closing=CLOSED,
    wishing=WISHING,
)
"""Ranges of days."""

RECURRENCES = Guard(frozenset("not except than".split()))
"""What recurs."""

LENGTHS = Guard(
    frozenset(
        "than every each until till since not except between past times twice least "
        "most over under minus negative less x *".split()
    ),
    frozenset("ago before after past each every per am pm old o'clock less".split()),
    JOINING,
    NAMES,
    counting=COUNTING,
)
"""Lengths of time."""
