"""The columns of the dataset that reports group by and count."""

from app.domain.fact import FACTS

# What a user can be asked apart by: columns of an assessment, two of its facts.
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

# Bits of `facts_given`, lowest first. A withdrawal's destination is no fact, but whether it was given matters as much.
GIVEN = (*FACTS, "destination")
