"""The columns of the dataset that reports group by and count."""

from app.domain.fact import FACTS

# What alerts can be grouped and filtered by: columns of an assessment and two of its facts.
ALERT_COLUMNS = (
    "region",
    "revision",
    "rule_id",
    "rule_region",
    "typology",
    "severity",
    "variant",
    "language",
    "text_status",
)
FACT_COLUMNS = ("asset", "network")

# The bits of `facts_given`, lowest first. The destination is no fact, but whether it was given matters as much.
GIVEN = (*FACTS, "destination")
