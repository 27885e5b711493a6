"""Recordings played and compared, for the figures in docs/measures.md."""
