"""What the service does: assess a withdrawal, record an outcome, keep the rulebook in force."""
