"""`python -m app` is `forewarn`."""

from app.cli import main

main()
