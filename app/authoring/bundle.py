"""Bundles: canonical JSON Lines, made from checked drafts and read back into the domain."""

from app.authoring.decode import decode, decode_all, preamble
from app.authoring.encode import encode
from app.authoring.refusal import BundleError

__all__ = ["BundleError", "decode", "decode_all", "encode", "preamble"]
