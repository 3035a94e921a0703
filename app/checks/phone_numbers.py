"""Checks that a contact's number can be dialled in its region, as far as the numbering plan says."""

import re
from collections.abc import Iterator

import phonenumbers

from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.authoring.suggestions import quoted

# `*21*0912345678#` diverts all calls to that number, including those from the bank; `*150#` is only a query.
_DIVERTS = re.compile(r"[*#][0-9 ()-]+\*[0-9 ()-]{6,}")


def phone_warnings(region_id: str, region: RegionFile) -> Iterator[Finding]:
    """`region_id` is the folder's name, a country's code in lower case."""
    country = region_id.upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        return
    for name, contact in region.contacts.items():
        if contact.phone is not None and (fault := _fault(contact.phone, country)):
            message = f"{quoted(contact.phone)} {fault}"
            yield Finding(Code.PHONE_NUMBER, ("contacts", name, "phone"), message, "read it again on the official page")


def _fault(phone: str, country: str) -> str | None:
    if _DIVERTS.search(phone):
        return "is a code that may divert the caller's own calls"
    if set(phone) & set("*#"):
        return None
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return None
    if phone.startswith("+") and number.country_code != phonenumbers.country_code_for_region(country):
        return f"is a number of another country than {country}"
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        return "is a number that callers pay extra for"
    if _short(phone):
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        return f"is longer than any number in {country}"
    if reason in (phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.INVALID_LENGTH):
        return f"has a length that no number in {country} has"
    return None


def _short(phone: str) -> bool:
    """Short helplines such as 18222 are newer than the library's numbering plan, so they are not judged."""
    return sum(char.isdigit() for char in phone) <= 6
