"""Sound to words: who speaks and when it is over, two ears, the wake word."""
