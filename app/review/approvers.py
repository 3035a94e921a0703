"""Who must approve which files: the lines of .github/CODEOWNERS.

The last line that matches a file decides, and one of the owners it names is enough: so a region's contacts, which
could send users anywhere, have an owner other than the region's partner.
"""

from collections.abc import Iterable, Iterator

HEAD = """\
# Made by `forewarn codeowners`; a test holds both equal. The last line that matches decides.
# Teams need write access to the repository, and the branch's rules must require reviews from code owners.
"""


def codeowners(regions: Iterable[str], organisation: str) -> str:
    """Teams: `maintainers`, `contacts`, and one `partner-xx` a region."""
    return HEAD + "\n" + "\n".join(_lines(sorted(regions), organisation)) + "\n"


def _lines(regions: list[str], organisation: str) -> Iterator[str]:
    maintainers, contacts = f"@{organisation}/maintainers", f"@{organisation}/contacts"
    yield f"* {maintainers}"
    yield ""
    for region in regions:
        partner = f"@{organisation}/partner-{region}"
        yield f"/rules/{region}/ {partner}"
        yield f"/locales/{region}/ {partner}"
        yield f"/rules/{region}/region.yaml {contacts}"
    yield ""
    yield f"/.github/ {maintainers}"
