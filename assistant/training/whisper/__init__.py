"""Whisper checkpoints for the second hearing, made of published weights."""
