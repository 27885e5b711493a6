"""The time zones of places that are not themselves the name of one, and zones said of a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo, available_timezones

from assistant.language.tokens import Words, word

PLACES = {
    "new york": "America/New_York", "nyc": "America/New_York", "boston": "America/New_York",
    "washington": "America/New_York", "miami": "America/New_York", "atlanta": "America/New_York",
    "philadelphia": "America/New_York", "san francisco": "America/Los_Angeles",
    "la": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "california": "America/Los_Angeles", "las vegas": "America/Los_Angeles",
    "dallas": "America/Chicago", "houston": "America/Chicago", "austin": "America/Chicago",
    "montreal": "America/Toronto", "ottawa": "America/Toronto", "rio": "America/Sao_Paulo",
    "rio de janeiro": "America/Sao_Paulo", "brazil": "America/Sao_Paulo",
    "beijing": "Asia/Shanghai", "china": "Asia/Shanghai", "shenzhen": "Asia/Shanghai",
    "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata", "new delhi": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata", "india": "Asia/Kolkata", "japan": "Asia/Tokyo",
    "osaka": "Asia/Tokyo", "korea": "Asia/Seoul", "uk": "Europe/London",
    "england": "Europe/London", "britain": "Europe/London", "edinburgh": "Europe/London",
    "manchester": "Europe/London", "germany": "Europe/Berlin", "munich": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "france": "Europe/Paris", "spain": "Europe/Madrid",
    "barcelona": "Europe/Madrid", "italy": "Europe/Rome", "milan": "Europe/Rome",
    "geneva": "Europe/Zurich", "switzerland": "Europe/Zurich", "russia": "Europe/Moscow",
    "st petersburg": "Europe/Moscow", "cape town": "Africa/Johannesburg",
    "south africa": "Africa/Johannesburg", "hawaii": "Pacific/Honolulu",
    "new zealand": "Pacific/Auckland", "canberra": "Australia/Sydney", "utc": "UTC", "gmt": "UTC",
    "portugal": "Europe/Lisbon", "porto": "Europe/Lisbon", "scotland": "Europe/London",
    "wales": "Europe/London", "birmingham": "Europe/London", "glasgow": "Europe/London",
    "liverpool": "Europe/London", "leeds": "Europe/London", "cardiff": "Europe/London",
    "bristol": "Europe/London", "frankfurt": "Europe/Berlin", "cologne": "Europe/Berlin",
    "stuttgart": "Europe/Berlin", "lyon": "Europe/Paris", "marseille": "Europe/Paris",
    "naples": "Europe/Rome", "florence": "Europe/Rome", "venice": "Europe/Rome",
    "krakow": "Europe/Warsaw", "gothenburg": "Europe/Stockholm", "ukraine": "Europe/Kyiv",
    "san diego": "America/Los_Angeles", "portland": "America/Los_Angeles",
    "sacramento": "America/Los_Angeles", "the west coast": "America/Los_Angeles",
    "the east coast": "America/New_York", "orlando": "America/New_York",
    "florida": "America/New_York", "texas": "America/Chicago", "minneapolis": "America/Chicago",
    "nashville": "America/Chicago", "new orleans": "America/Chicago",
    "salt lake city": "America/Denver", "argentina": "America/Argentina/Buenos_Aires",
    "chile": "America/Santiago", "hanoi": "Asia/Ho_Chi_Minh", "chennai": "Asia/Kolkata",
    "hyderabad": "Asia/Kolkata", "bali": "Asia/Makassar", "kyoto": "Asia/Tokyo",
    "abu dhabi": "Asia/Dubai", "malaysia": "Asia/Kuala_Lumpur", "cairns": "Australia/Brisbane",
    "wellington": "Pacific/Auckland", "christchurch": "Pacific/Auckland",
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "est": "America/New_York", "edt": "America/New_York",
    "cst": "America/Chicago", "cdt": "America/Chicago", "mst": "America/Denver",
    "mdt": "America/Denver", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "cet": "Europe/Berlin", "cest": "Europe/Berlin",
}  # fmt: skip
"""Places that are not themselves the name of a zone."""


def zone_of(place: str) -> str:
    """Return the IANA zone of a city or country, e.g. "Asia/Tokyo"; "" for one not known.

    A country of several clocks has none; of "London, UK" the city tells it.
    """
    for said in _wordings(place):
        found = PLACES.get(said) or _zones().get(said.replace(" ", "_")) or _countries().get(said)
        if found:
            return found
    return ""


def _wordings(place: str) -> Iterator[str]:
    """Give a place's name in small letters without accents, then what of it may be its name."""
    letters = normalize("NFKD", place.lower())
    name = "".join(sign for sign in letters if not combining(sign)).strip(" ?.!,")
    yield name
    yield name.removeprefix("the ")
    yield name.partition(",")[0].strip()
    yield name.removesuffix(" time").removesuffix(" standard")


LETTERS = frozenset(
    "utc gmt zulu bst ist wet west cet cest eet eest msk est edt cst cdt mst mdt pst pdt akst akdt "
    "hst jst kst sgt hkt aest aedt acst awst nzst nzdt".split()
)
"""Zones by their letters, which no other word is."""

LONGEST = 3
"""Words of a place's name before "time"."""


def zone_at(words: Words, i: int) -> bool:
    """Tell whether the name of a zone stands at a place: "EST", "eastern time", "tokyo time"."""
    if word(words, i) in LETTERS:
        return True
    ends = [k for k in range(i + 1, i + LONGEST + 2) if word(words, k) == "time"]
    return bool(ends) and _names_a_zone(words, i, ends[0])


def zone_before(words: Words, i: int) -> bool:
    """Tell whether the name of a zone ends before a place."""
    if word(words, i - 1) in LETTERS:
        return True
    starts = range(max(i - 1 - LONGEST, 0), i - 1) if word(words, i - 1) == "time" else ()
    return any(_names_a_zone(words, k, i - 1) for k in starts)


def _names_a_zone(words: Words, i: int, j: int) -> bool:
    said = [word(words, k) for k in range(i, j)]
    name = " ".join(each for each in said if each not in ("standard", "daylight"))
    return bool(name) and bool(zone_of(name))


@cache
def _zones() -> dict[str, str]:
    """Return the zones by their names and by those of their cities, in small letters."""
    zones = sorted(available_timezones(), reverse=True)
    return {key: z for z in zones for key in (z.lower().rpartition("/")[2], z.lower())}


SHORT = {"KR": "korea", "CZ": "czechia", "AE": "emirates uae"}
"""What countries are called beside their names in the tables of the zones."""


@cache
def _countries() -> dict[str, str]:
    """Return the zone of each country whose clocks all show one time, by names in small letters."""
    tables = files("tzdata.zoneinfo")
    names = dict(_rows(tables.joinpath("iso3166.tab").read_text("utf-8"), 0, 1))
    zones: dict[str, list[str]] = {}
    for code, zone in _rows(tables.joinpath("zone.tab").read_text("utf-8"), 0, 2):
        zones.setdefault(code, []).append(zone)
    alike = {code: told[0] for code, told in zones.items() if len({*map(_clock, told)}) == 1}
    found = {names[code].lower(): zone for code, zone in alike.items()}
    return found | {
        name: alike[c] for c, said in SHORT.items() if c in alike for name in said.split()
    }


def _rows(table: str, first: int, second: int) -> Iterator[tuple[str, str]]:
    """Give two columns of each row of a table whose remarks begin with "#"."""
    for line in table.splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            yield cells[first], cells[second]


def _clock(zone: str) -> tuple[timedelta | None, ...]:
    """Return how far a zone is from UTC in winter and summer of this age."""
    return tuple(datetime(2026, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7))
