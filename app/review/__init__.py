"""Reviews of changes to rules and texts: what they mean for users."""
