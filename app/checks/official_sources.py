"""Checks that a verified contact was read on an official page: of the partner, or of the country's authorities."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.authoring.fields import is_page
from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.authoring.suggestions import quoted
from app.checks.official_addresses import is_under, registry, strangers

# The registries in which only authorities get a name, without the country. `go` is free for anybody in some countries,
# such as Italy. Source: https://publicsuffix.org/list/
_AUTHORITIES = re.compile(
    r"(?:gov|mil|gob|gouv|govt|gub|police)(?:\.[a-z]{2})?|go\.(?:ci|cr|id|jp|ke|kr|th|tz|ug)|gc\.ca|gv\.at"
)
# Country codes and the endings of their domains are the same but for one.
_ENDINGS = {"gb": "uk"}


def source_errors(region_id: str, region: RegionFile) -> Iterator[Finding]:
    """`region_id` is the folder's name, a country's code in lower case."""
    for name, contact in region.contacts.items():
        if contact.source is None:
            if contact.verified:
                message = f"`{name}`: verified, but on which page?"
                hint = "write `source:` and the address of the official page, or set `verified: false`"
                yield Finding(Code.UNOFFICIAL_SOURCE, ("contacts", name, "verified"), message, hint)
        elif not is_page(contact.source):
            message = f"`{name}`: {quoted(contact.source)} is not the address of a page"
            hint = "copy it from the browser, https://... ; a remark goes behind a `#`"
            yield Finding(Code.UNOFFICIAL_SOURCE, ("contacts", name, "source"), message, hint)
        elif contact.verified and (fault := _unofficial(contact.source, region_id, region)):
            hint = "name a page of the partner or of an authority that says so, or set `verified: false`"
            yield Finding(Code.UNOFFICIAL_SOURCE, ("contacts", name, "source"), f"`{name}`: {fault}", hint)


def _unofficial(source: str, region_id: str, region: RegionFile) -> str | None:
    host = urlsplit(source).hostname or ""
    if _of_authority(host, region_id):
        return None
    if stranger := strangers(host):
        return f"{stranger}, so it cannot vouch for a number or address"
    if any(is_under(host, domain) for domain in region.official_domains):
        return None
    return f"{quoted(host)} is neither under the official domains nor known to be an authority's of this country"


def _of_authority(host: str, region_id: str) -> bool:
    """Whether the registry gives names under it to this country's authorities only; `.gov` is the United States'."""
    suffix = registry(host)
    if not _AUTHORITIES.fullmatch(suffix):
        return False
    country = _ENDINGS.get(region_id, region_id)
    return suffix.endswith(f".{country}") or ("." not in suffix and region_id == "us")
