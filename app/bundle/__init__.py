"""Bundles: what a worker reads to serve, and nothing that it does not need."""
