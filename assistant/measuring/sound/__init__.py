"""Recordings played and compared, for the figures in the README."""
