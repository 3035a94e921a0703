"""What a change of rules and texts means for users, for whoever reviews it."""
