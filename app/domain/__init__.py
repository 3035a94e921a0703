"""The words and rules of the field. Standard library only: no clock, no I/O."""
