"""The checks of rules and texts, one file per check, and the outputs that report problems."""
