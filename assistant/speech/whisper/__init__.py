"""Whisper as a second hearing of what was said, on ONNX Runtime."""
