"""Sound: for now replies read aloud by the system's own voice."""
