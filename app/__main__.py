"""`python -m app` is `forewarn`."""

from app.commands.cli import main

main()
