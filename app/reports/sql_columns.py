"""How DuckDB hands over the columns of a query, so that a value of any type can be written.

Numbers, texts, lists and structs arrive as themselves. Times arrive as RFC 3339, and as DuckDB writes them outside of
the years 1 to 9999, which Python does not have. Anything else arrives as text, or as JSON where it has members.
"""

from typing import Any

from app.reports.folding import quoted

_INTEGERS = ("tinyint", "smallint", "integer", "bigint", "hugeint")
_PLAIN = {"boolean", "decimal", "double", "enum", "float", "null", "uuid", "varchar", *_INTEGERS}
_PLAIN |= {f"u{name}" for name in _INTEGERS[:4]}

# Arrow has no such types, or other ones.
_AS_JSON = {"bignum", "map", "tuple", "uhugeint", "union", "variant"}

_TIMES = {"timestamp": "", "timestamp_s": "", "timestamp_ms": "", "timestamp with time zone": "+00:00"}


def has_members(kind: Any) -> bool:
    """Whether columns of this DuckDB type arrive as the text of JSON."""
    return kind.id in _AS_JSON or any(has_members(child) for _, child in _children(kind))


def expression(kind: Any, value: str, depth: int = 0) -> str:
    """SQL for `value`, an expression of this DuckDB type."""
    if has_members(kind):
        return f"to_json({value})"
    if kind.id in _PLAIN:
        return value
    if kind.id in _TIMES:
        offset = _TIMES[kind.id]
        text = f"replace(strftime({value}, '%Y-%m-%dT%H:%M:%S.%f'), '.000000', '') || '{offset}'"
        years = f"{value} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'"
        return f"CASE WHEN {years} THEN {text} ELSE CAST({value} AS VARCHAR) END"
    if kind.id == "timestamp_ns":
        return f"replace(CAST({value} AS VARCHAR), ' ', 'T')"
    if kind.id in {"list", "array"}:
        (_, child), *_ = kind.children
        each = f"each{depth}"
        made = expression(child, each, depth + 1)
        return value if made == each else f"list_transform({value}, lambda {each}: {made})"
    if kind.id == "struct":
        parts = {name: expression(child, f"{value}.{quoted(name)}", depth) for name, child in kind.children}
        if all(made == f"{value}.{quoted(name)}" for name, made in parts.items()):
            return value
        packed = ", ".join(f"{quoted(name)} := {made}" for name, made in parts.items())
        return f"CASE WHEN {value} IS NOT NULL THEN struct_pack({packed}) END"
    return f"CAST({value} AS VARCHAR)"


def _children(kind: Any) -> list[tuple[str, Any]]:
    """The types within; an array's children also have its size, which is none."""
    return [(name, child) for name, child in kind.children if hasattr(child, "id")] if kind.id in _NESTED else []


_NESTED = {"list", "array", "struct"}
