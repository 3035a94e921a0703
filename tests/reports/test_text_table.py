"""Tables for a terminal."""

from app.reports.text_table import text_table


def test_chinese_characters_take_two_columns() -> None:
    table = text_table(["a", "b"], [["投資", "1"], ["x", "2"]])
    assert table.splitlines() == ["a     b", "----  -", "投資  1", "x     2"]


def test_numbers_are_aligned_where_asked_and_indents_are_kept() -> None:
    table = text_table(["", "count"], [["all", "1,000"], ["  few", "07"]], right=[1])
    assert table.splitlines() == ["       count", "-----  -----", "all    1,000", "  few     07"]


def test_a_text_of_several_lines_stays_in_its_column() -> None:
    assert text_table(["a", "b"], [["x", "1\n2"]]).splitlines() == ["a  b", "-  -", "x  1", "   2"]


def test_without_headings_there_is_no_line() -> None:
    assert text_table([], [["a", "b"], ["aaa", "c"]]).splitlines() == ["a    b", "aaa  c"]
    assert text_table([], []) == ""


def test_no_column_is_wider_than_its_heading_needs() -> None:
    assert text_table(["abc", "d"], [["", "x"]]).splitlines() == ["abc  d", "---  -", "     x"]


def test_without_rows_the_headings_stand_alone() -> None:
    assert text_table(["a", "b"], []).splitlines() == ["a  b", "-  -"]
