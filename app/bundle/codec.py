"""Bundles: canonical JSON Lines, made from checked drafts and read back into the domain."""

from app.bundle.decode import decode, decode_all, preamble
from app.bundle.encode import encode
from app.bundle.refusal import BundleError

__all__ = ["BundleError", "decode", "decode_all", "encode", "preamble"]
