"""The events stream becomes a Parquet dataset: every event once, whatever is killed, emptied or full meanwhile."""
