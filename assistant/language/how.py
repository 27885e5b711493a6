"""How a sentence was understood, in words for people, by the parser that was sure."""

HOW = {
    "answer": "as the answer to a question",
    "taught": "as you taught it",
    "repaired": "as what you said instead of what you took back",
    "several": "as several requests in one",
    "tied": "once for each value",
    "misspelt": "with slips of spelling mended",
    "pointed": "as being about what was just set",
    "left": "as what you want instead of what was asked",
    "withheld": "as a request, beside another that you ruled out",
    "picked": "as you picked it on the screen",
    "template": "word for word, by an example",
    "correction": "as a correction of the request before",
    "followed": "as a request before, with another value",
    "classifier": "by its meaning",
    "none": "not understood",
}
"""How it was understood, by the parser that was sure."""
