"""What is judged in rules and texts: one file a check, and how problems are told."""
