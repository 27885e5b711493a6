"""What is remembered: sessions, turns, alarms and the skills' memory, in one SQLite file."""

from assistant.store.forgetting import Forgotten, What
from assistant.store.spelling import Spelling
from assistant.store.store import SessionSummary, Store
from assistant.store.transaction import Transaction

__all__ = ["Forgotten", "SessionSummary", "Spelling", "Store", "Transaction", "What"]
