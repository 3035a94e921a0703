"""The alerts that a change alters, drawn in one HTML file that needs no other file, server or network.

GitHub shows such a file in the browser (`archive: false` of actions/upload-artifact), where it would offer a folder of
pages as a zip to download.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby

from markupsafe import Markup

from app.preview.assets import COMPONENT, Assets
from app.preview.page_links import file_links
from app.preview.preview_pages import Pages
from app.review.changed_alerts import ChangedAlert

# A reviewer looks at no more in one go, and the page stays under a few megabytes.
MOST_DRAWN = 300

_STYLES = ("page.css", "preview.css")
_SCRIPTS = (COMPONENT, "preview.js")


def alerts_page(cards: Sequence[ChangedAlert], where: str, *, blocked: bool = False, decides: bool = False) -> str:
    """HTML. `where` says which change this is; `blocked` that errors keep its alerts from being compared; `decides`
    that who gets which warning changes.

    Beyond `MOST_DRAWN` alerts, the page says how many there are.
    """
    bodies = Assets().bodies
    scripts = [bodies[name].decode() for name in _SCRIPTS]
    drawn = cards[:MOST_DRAWN]
    return Pages(file_links(0), "changes.html").changes(
        [(rule_id, list(group)) for rule_id, group in groupby(drawn, key=lambda card: card.rule_id)],
        where=where,
        blocked=blocked,
        decides=decides,
        count=len(cards),
        drawn=len(drawn),
        style=Markup("".join(bodies[name].decode() for name in _STYLES)),  # noqa: S704  # our own file
        scripts=[Markup(script) for script in scripts],  # noqa: S704  # our own files
        hashes=" ".join(map(_source, scripts)),
    )


def _source(script: str) -> str:
    """The script's hash as a Content Security Policy names it: no other script runs on the page."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
