"""What time brings to each region: contacts to verify again, and rules whose period ends."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import PurePath

from app.authoring.drafts import Drafts
from app.authoring.fields import day
from app.authoring.problem_codes import Code
from app.checks.output.markdown import code, document, heading, plain, table

CONTACT, RULE = "contact", "rule"

# The owners of a file, by its path.
Owners = Callable[[str], Sequence[str]]

_REQUESTS = {
    CONTACT: "Contacts: please open the official page and compare the number or address. Then set `verified_at` and "
    "`verify_by` in the file. If a contact is wrong, set `verified: false` immediately.",
    RULE: "Rules: please give `active` a later day, delete the rule, or write `enabled: false` to keep it for later.",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A verified contact and its `verify_by`, or a rule and the first day on which it is off.

    `about` is the official page to verify the contact against.
    """

    region: str
    by: date
    kind: str
    name: str
    about: str
    path: str

    def is_over(self, today: date) -> bool:
        """Whether `check` warns of it on this day."""
        return self.by < today


def due(drafts: Drafts, today: date, within_days: int) -> list[Due]:
    """By region, the soonest first. Left out is what no user is shown, and a period whose end the file accepts."""
    last = today + timedelta(days=within_days)
    found = [each for each in (*_contacts(drafts), *_rules(drafts)) if each.by <= last]
    return sorted(found, key=attrgetter("region", "by", "kind", "name"))


def _contacts(drafts: Drafts) -> Iterator[Due]:
    for region, draft in drafts.regions.items():
        for name, contact in draft.parts.contacts.items() if draft.parts is not None else ():
            if contact.verified and draft.certain(("contacts", name)):
                about = contact.source or "no page"
                yield Due(region, day(contact.verify_by), CONTACT, f"{region}/{name}", about, draft.path)


def _rules(drafts: Drafts) -> Iterator[Due]:
    for rule_id, draft in drafts.rules.items():
        rule = draft.parts
        if rule is None or not rule.enabled or not draft.certain(("active",)) or Code.EXPIRED.slug in rule.accept:
            continue
        if rule.active.until is not None:
            yield Due(draft.region, day(rule.active.until), RULE, rule_id, "its period ends", draft.path)


def as_text(found: list[Due], today: date, owners: Owners) -> str:
    return "\n\n".join("\n".join(_lines(here, today, owners)) for here in _by_region(found)) or "Nothing is due."


def _lines(here: list[Due], today: date, owners: Owners) -> Iterator[str]:
    yield _heading(here, owners)
    for each in here:
        state = "overdue" if each.is_over(today) else "due"
        yield f"  {each.by}  {state:7}  {each.kind:7}  {each.name}  {each.about}"


def as_markdown(found: list[Due], today: date, owners: Owners) -> str:
    """The text of an issue."""
    if not found:
        return "Nothing is due.\n"
    requests = [asked for kind, asked in _REQUESTS.items() if any(each.kind == kind for each in found)]
    blocks = ["Nothing of this stops a pull request.", *requests]
    for here in _by_region(found):
        rows = (_cells(each, today) for each in here)
        blocks += [heading(3, _heading(here, owners)), table(("by", "what", "name", "about", "file"), rows)]
    return document(blocks)


def _cells(each: Due, today: date) -> tuple[str, ...]:
    by = f"{each.by}{' **overdue**' if each.is_over(today) else ''}"
    return by, each.kind, code(each.name), plain(each.about), code(each.path)


def _by_region(found: list[Due]) -> Iterator[list[Due]]:
    return (list(listed) for _, listed in groupby(found, attrgetter("region")))


def _heading(here: list[Due], owners: Owners) -> str:
    """The region, its partner, and whoever else owns a file. They are mentioned, so that GitHub tells them."""
    partner = owners(str(PurePath(here[0].path).with_name("any.yaml")))
    named = dict.fromkeys([*partner, *(owner for each in here for owner in owners(each.path))])
    return " ".join([here[0].region, *named])
