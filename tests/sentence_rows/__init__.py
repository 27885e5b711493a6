"""Writes our own test sentences: ``python -m tests.sentence_rows tests/sentences``."""
