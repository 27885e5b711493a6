"""Long recordings written down: windows of speech, their words joined, subtitles, what is kept."""
