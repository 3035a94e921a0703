"""Secrets that cannot be meant. Whoever guesses the secret finds every known user in the events."""

import re

SHORT = 32

# Of 32 random decimal digits, one in 17 million has fewer than 6 different ones.
DISTINCT = 6

# What our documents, and everybody's, put where a secret belongs.
_PLACEHOLDERS = ("changeme", "replaceme", "yoursecret", "randomcharacters")


def cannot_be_meant(secret: str) -> str | None:
    """Why this is no secret; None where it may be one. Never contains any part of it."""
    text = secret.strip()
    if not text:
        return "it is blank"
    letters = re.sub("[^a-z]", "", text.lower())
    if any(words in letters for words in _PLACEHOLDERS):
        return "it is a placeholder from a document"
    if len(set(text)) < DISTINCT:
        return f"it has fewer than {DISTINCT} different characters"
    if any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 3 + 1)):
        return "it repeats one short pattern"
    return None
