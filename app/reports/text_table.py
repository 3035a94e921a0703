"""Every table that is printed to a terminal."""

from collections.abc import Collection, Iterable, Sequence

import tabulate

# The library would make each column at least two characters wider than its heading.
tabulate.MIN_PADDING = 0


def text_table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> str:
    """Columns two spaces apart below a dashed line; those numbered in `right` are right-aligned.

    Without headings there is no line either. Lines have no trailing spaces.
    """
    cells = [list(row) for row in rows]
    count = len(headings) if headings else max(map(len, cells), default=0)
    text = tabulate.tabulate(
        cells,
        headings,
        tablefmt="simple" if headings else "plain",
        colalign=["right" if column in right else "left" for column in range(count)] if cells else None,
        disable_numparse=True,
        preserve_whitespace=True,
    )
    return "\n".join(map(str.rstrip, text.split("\n")))
