"""Sound to words: who speaks and when it is over, three ears, the wake word."""
