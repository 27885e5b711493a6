"""What was said: what the ears heard, held against what can be said now."""
