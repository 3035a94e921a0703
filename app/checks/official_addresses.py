"""Checks that a region's addresses lead to its partner's pages, under domains that are the partner's alone."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from publicsuffixlist import PublicSuffixList

from app.authoring.data_file import data_file
from app.authoring.problem import Finding, Path
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.authoring.suggestions import quoted

# Registries for authorities only; their own subdomains, such as `service.gov.uk`, belong to authorities too.
_STATE = re.compile(r"(?:^|\.)(?:go|gob|gouv|gov|govt|police)(?:\.[a-z]{2})?$")
_IP = re.compile(r"[0-9.]+|\[.*\]|(?:0x)?[0-9a-f]+")


def address_errors(region: RegionFile) -> Iterator[Finding]:
    for i, domain in enumerate(region.official_domains):
        yield from _domain_errors(domain, ("official_domains", i))
    for name, contact in region.contacts.items():
        if contact.url is not None:
            faults = list(_url_errors(contact.url, ("contacts", name, "url")))
            yield from faults
            if contact.verified and not faults:
                yield from _foreign(contact.url, region.official_domains, ("contacts", name, "url"))


def _domain_errors(domain: str, where: Path) -> Iterator[Finding]:
    if _is_encoded(domain):
        yield _encoded(domain, where)
    if message := strangers(domain):
        yield Finding(Code.BROAD_DOMAIN, where, message, "name the partner's own domain, such as `police.gov.hk`")


def _url_errors(url: str, where: Path) -> Iterator[Finding]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if fault := _odd_address(parts, host):
        yield Finding(Code.WEB_ADDRESS, where, fault, "write the address of the page itself, on the partner's own site")
    elif _is_encoded(host):
        yield _encoded(host, where)
    elif stranger := strangers(host):
        message = f"{quoted(host)} is no authority's own site: {stranger}"
        yield Finding(
            Code.WEB_ADDRESS, where, message, "write the address of the page itself, on the partner's own site"
        )


def _odd_address(parts: SplitResult, host: str) -> str | None:
    if ":" in parts.netloc:
        return f"{quoted(parts.netloc)} has a port, which no official page needs"
    if _IP.fullmatch(host) or "." not in host:
        return f"{quoted(host)} is no domain name, so nobody can tell whose it is"
    inside = unquote(unquote(f"{parts.path}?{parts.query}#{parts.fragment}"))
    if "@" in inside or "//" in inside or "http" in inside.lower() or "\\" in inside:
        return "an address that has another address inside may lead there"
    return None


def _foreign(url: str, official: Iterable[str], where: Path) -> Iterator[Finding]:
    host = urlsplit(url).hostname or ""
    if not any(is_under(host, domain) for domain in official):
        message = f"{quoted(host)} is not under the region's official domains"
        hint = "confirm whose domain it is and add it to `official_domains`, or set `verified: false`"
        yield Finding(Code.UNOFFICIAL_ADDRESS, where, message, hint)


def strangers(domain: str) -> str | None:
    """Whose site it is, in words, if no authority's: anybody's, or that of a newspaper, a search engine and so on."""
    name = domain.removeprefix("www.")
    if kind := next(
        (kind for kind, sites in _private_sites().items() if any(is_under(name, each) for each in sites)), None
    ):
        return f"{quoted(domain)} belongs to {kind}"
    shared = any(is_under(name, each) for each in _open_sites())
    if shared or _suffixes().privatesuffix(name) is None or _hosted(name):
        return f"anybody can have a page or an account under {quoted(domain)}"
    return None


def registry(domain: str) -> str:
    """The ending under which domains are given out: `gov.hk`."""
    return _suffixes(only_icann=True).publicsuffix(domain) or ""


def _hosted(domain: str) -> bool:
    """Whether it lies on a hosting service, such as `police.github.io`: a name that is given to whoever asks first."""
    ending = registry(domain)
    return _suffixes().publicsuffix(domain) != ending and not _STATE.search(ending)


def is_under(host: str, domain: str) -> bool:
    """Whether it is the domain itself or below it."""
    return host == domain or host.endswith("." + domain)


def _is_encoded(domain: str) -> bool:
    return any(label.startswith("xn--") for label in domain.split("."))


def _encoded(domain: str, where: Path) -> Finding:
    message = f"{quoted(domain)} stands for {quoted(_decoded(domain))}, whose letters can pass for others"
    return Finding(Code.WEB_ADDRESS, where, message, "name the site by its domain in plain Latin letters")


def _decoded(domain: str) -> str:
    try:
        return domain.encode().decode("idna")
    except UnicodeError:
        return domain


@lru_cache(maxsize=1)
def _open_sites() -> frozenset[str]:
    lists = data_file("app.checks", "words", "open-sites.yaml")
    return frozenset(site for sites in lists.values() for site in sites)


@lru_cache(maxsize=1)
def _private_sites() -> dict[str, list[str]]:
    sites: dict[str, list[str]] = data_file("app.checks", "words", "private-sites.yaml")
    return sites


@lru_cache(maxsize=2)
def _suffixes(*, only_icann: bool = False) -> PublicSuffixList:
    """The Public Suffix List as the package ships it; it never asks the network."""
    return PublicSuffixList(only_icann=only_icann, accept_encoded_idn=False)
