"""Previews of what users will see: the alerts of every rule, from local files or from the bundle in force."""
