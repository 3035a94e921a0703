"""Where a withdrawal goes."""


def shorten(address: str) -> str:
    """An address as users compare it: its first six and last six characters; a short one whole."""
    return address if len(address) <= 13 else f"{address[:6]}…{address[-6:]}"
