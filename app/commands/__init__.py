"""The commands of `forewarn`, one file each; `cli` collects them."""
