"""What users will see: every rule's alerts, drawn from the local files or from the bundle in force."""
