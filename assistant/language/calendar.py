"""The names of weekdays and months, each once and in full, in their order."""

from __future__ import annotations

WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
"""The days of a week, Monday first as in ISO 8601."""

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
"""The months of a year, January first."""
