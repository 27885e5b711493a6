"""What is remembered: sessions, turns, alarms and the skills' memory, in one SQLite file."""

from assistant.store.store import SessionSummary, Store

__all__ = ["SessionSummary", "Store"]
