"""Ids to vectors on the CPU, from int8 checkpoints: NumPy and tokenizers, nothing else."""

from assistant.engine.encoder import Encoder, TokenVectors

__all__ = ["Encoder", "TokenVectors"]
