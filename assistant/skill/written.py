"""An alarm as plain JSON: for the database, and for what another process wants written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assistant.skill.alarms import Alarm

if TYPE_CHECKING:
    from assistant.language.values.recurrences import Recurrence


def alarm_from_json(data: dict[str, Any]) -> Alarm:
    """Return an alarm as it was stored, aware in its own zone."""
    zone = _zone(data["zone"])
    due = datetime.fromisoformat(data["due_utc"]).astimezone(zone)
    set_at = datetime.fromisoformat(data["set_at"]).astimezone(zone)
    repeat, left, rung_at = (data.get(column) for column in ("repeat", "left", "rung_at"))
    return Alarm(
        data["id"],
        data["skill"],
        due,
        data["message"],
        set_at,
        data["label"],
        data["state"],
        _recurrence(repeat, zone) if repeat else None,
        None if left is None else timedelta(seconds=left),
        datetime.fromisoformat(rung_at).astimezone(zone) if rung_at else None,
    )


def _recurrence(text: str, zone: tzinfo) -> Recurrence:
    from assistant.language.values.recurrences import Recurrence

    return Recurrence.from_text(text, zone)


def row_of(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm as its row, by column."""
    return {
        "id": alarm.id,
        "skill": alarm.skill,
        "due_utc": utc(alarm.due),
        "zone": _zone_name(alarm.due),
        "message": alarm.message,
        "label": alarm.label,
        "state": alarm.state,
        "set_at": utc(alarm.set_at),
        "repeat": alarm.repeat.to_text() if alarm.repeat else None,
        "left": None if alarm.left is None else alarm.left.total_seconds(),
        "rung_at": utc(alarm.rung_at) if alarm.rung_at else None,
    }


def utc(moment: datetime) -> str:
    """Return an aware moment as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _zone_name(moment: datetime) -> str:
    key = getattr(moment.tzinfo, "key", None)
    if isinstance(key, str):
        return key
    offset = moment.utcoffset() or timedelta()
    return f"{int(offset.total_seconds())}"


def _zone(name: str) -> tzinfo:
    """Return a zone by its name, or the fixed offset in seconds it was stored as."""
    if name.lstrip("-").isdigit():
        return timezone(timedelta(seconds=int(name)))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
