"""From the files that partners write to what the domain works with; every fault with its line and column."""
