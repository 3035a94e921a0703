"""Writing one file of the dataset."""

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
from pyarrow import parquet

from app.dataset import footer
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile
from app.dataset.line_set import LineSet
from app.dataset.schema import SCHEMA

# DuckDB and ClickHouse read a row group per thread; one of this size takes about 80 MiB of memory while it is written.
ROW_GROUP = 122_880


def write(
    store: DatasetStore, path: str, tables: Iterable[pa.Table], lines: Mapping[str, LineSet], schema: pa.Schema = SCHEMA
) -> int:
    """Writes the rows of `tables` in row groups, with `lines` in the footer, and returns their number. Raises OSError.

    A table may lack facts that `schema` has, but not the other way round: see `common_schema`.
    """
    written = 0
    metadata = footer.encode(lines)
    with (
        store.create(path) as sink,
        parquet.ParquetWriter(sink, schema.with_metadata(metadata), compression="zstd", use_dictionary=True) as writer,
    ):
        for table in _row_groups(tables, schema):
            writer.write_table(table.replace_schema_metadata(metadata), row_group_size=ROW_GROUP)
            written += len(table)
    return written


def common_schema(store: DatasetStore, files: Sequence[DataFile]) -> pa.Schema:
    """Today's schema, then what only `files` have: facts that a newer release wrote. Raises OSError."""
    schemas = [SCHEMA]
    for file in files:
        with store.open(file.path) as source:
            schemas.append(parquet.read_schema(source).remove_metadata())
    return pa.unify_schemas(schemas)


def _row_groups(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterable[pa.Table]:
    """The same rows, in tables of a row group each; the last may be smaller."""

    def joined(held: Iterable[pa.Table]) -> pa.Table:
        return pa.concat_tables([schema.empty_table(), *held], promote_options="default")

    held: list[pa.Table] = []
    count = 0
    for table in tables:
        held.append(table.replace_schema_metadata(None))
        count += len(table)
        while count >= ROW_GROUP:
            whole = joined(held)
            yield whole.slice(0, ROW_GROUP)
            held, count = [whole.slice(ROW_GROUP)], count - ROW_GROUP
    if count:
        yield joined(held)
