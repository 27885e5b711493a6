"""Our engine against others of the same weights, each in a process of its own."""
