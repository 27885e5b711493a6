"""Sound and text: hearing what is said, speaking what is answered (docs/measures.md: how well)."""
