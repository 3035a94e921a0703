"""How a language writes an amount: what stands between groups of digits and before the fraction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AmountFormat:
    """`last` is the size of the group before the decimal separator, `others` that of the groups to its left.

    A whole part of up to `ungrouped` digits is written without groups.
    """

    group: str
    decimal: str
    last: int
    others: int
    ungrouped: int

    def write(self, amount: str) -> str:
        """The amount, digits with perhaps a point among them, with every one of its digits: nothing is rounded.

        >>> AmountFormat(",", ".", 3, 2, 3).write("1234567.50")
        '12,34,567.50'
        """
        whole, point, fraction = amount.partition(".")
        end = len(whole)
        if end > self.ungrouped:
            end -= self.last
            groups = [whole[end:]]
            while end > self.others:
                groups.append(whole[end - self.others : end])
                end -= self.others
            groups.append(whole[:end])
            groups.reverse()
            whole = self.group.join(groups)
        return f"{whole}{self.decimal}{fraction}" if point else whole
