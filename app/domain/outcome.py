"""What can become of a withdrawal."""

OUTCOMES = (
    "shown",
    "reviewed",
    "cancelled",
    "amended",
    "reported",
    "proceeded",
    "abandoned",
    "withheld",
    "confirmed_scam",
    "confirmed_legitimate",
)
