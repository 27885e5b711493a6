"""Words to sound: replies made readable aloud, and the system's best voice."""
