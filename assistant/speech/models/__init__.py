"""Speech models: found, checked, added, and, when asked, fetched."""
