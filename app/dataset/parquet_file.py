"""Writing one file of the dataset."""

from collections.abc import Iterable, Mapping

import pyarrow as pa
from pyarrow import parquet

from app.dataset import footer
from app.dataset.dataset_store import Place
from app.dataset.line_set import LineSet
from app.dataset.schema import SCHEMA

# DuckDB and ClickHouse read a row group per thread; one of this size takes about 80 MiB of memory while it is written.
ROW_GROUP = 122_880


def write(place: Place, path: str, tables: Iterable[pa.Table], lines: Mapping[str, LineSet]) -> int:
    """Writes the rows of `tables`, in row groups, with `lines` in its footer; says how many. Raises OSError."""
    written = 0
    schema = SCHEMA.with_metadata(footer.encode(lines))
    with (
        place.create(path) as sink,
        parquet.ParquetWriter(sink, schema, compression="zstd", use_dictionary=True) as writer,
    ):
        for table in _row_groups(tables):
            writer.write_table(table.replace_schema_metadata(schema.metadata), row_group_size=ROW_GROUP)
            written += len(table)
    return written


def _row_groups(tables: Iterable[pa.Table]) -> Iterable[pa.Table]:
    """The same rows, in tables of a row group each; the last may be smaller."""
    held: list[pa.Table] = []
    count = 0
    for table in tables:
        held.append(table.replace_schema_metadata(None))
        count += len(table)
        while count >= ROW_GROUP:
            joined = pa.concat_tables(held)
            yield joined.slice(0, ROW_GROUP)
            held, count = [joined.slice(ROW_GROUP)], count - ROW_GROUP
    if count:
        yield pa.concat_tables(held)
