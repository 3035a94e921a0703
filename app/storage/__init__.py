"""The only package that speaks Redis; the journal on local disk."""
