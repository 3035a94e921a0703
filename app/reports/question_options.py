"""What a question can choose: dimensions, units, windows and periods."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
SHORTEST_WINDOW = HOUR
LONGEST_WINDOW = timedelta(days=30)
DEFAULT_WINDOW = timedelta(hours=24)

# The published figure of the Hong Kong pilot covers its first four weeks.
DEFAULT_PERIOD = timedelta(days=28)

EARLIEST = datetime.min.replace(tzinfo=UTC)

# Every report also has the rates under these windows.
WINDOWS: Mapping[str, timedelta] = {"1h": HOUR, "24h": 24 * HOUR, "72h": 72 * HOUR, "7d": 7 * 24 * HOUR}


class Dimension(StrEnum):
    """What a report can be grouped and filtered by."""

    DAY = "day"
    WEEK = "week"
    REGION = "region"
    RULE_ID = "rule_id"
    REVISION = "revision"
    TYPOLOGY = "typology"
    SEVERITY = "severity"
    VARIANT = "variant"
    LANGUAGE = "language"
    TEXT_STATUS = "text_status"
    ASSET = "asset"
    NETWORK = "network"
    EXPOSURE_NUMBER = "exposure_number"


class ExposedBy(StrEnum):
    ANSWERED = "answered"
    SHOWN = "shown"


class Unit(StrEnum):
    USER = "user"
    ALERT = "alert"


class Maturity(StrEnum):
    MATURED = "matured"
    ALL = "all"


def moment_text(moment: datetime) -> str:
    """A moment in UTC as a question can give it; midnight as its date."""
    return moment.date().isoformat() if moment.time() == time.min else moment.isoformat().replace("+00:00", "Z")


def span(length: timedelta) -> str:
    """A window as text: 72h, 7d."""
    hours = length // HOUR
    return f"{hours // 24}d" if hours % 24 == 0 and hours > 72 else f"{hours}h"
