"""Sound and text: hearing what is said, speaking what is answered; README.md has the measures."""
