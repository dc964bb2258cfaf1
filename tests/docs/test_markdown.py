"""Every document is whole Markdown: tables have rows of equal cells, headings stand apart."""

import re
from typing import Any

import pytest

FENCED = re.compile(r"^```.*?^```[ \t]*$", re.MULTILINE | re.DOTALL)


def look_at(document: Any) -> None:
    """Complain of a row that is too short or belongs to no table, and of a heading without a blank line."""
    text = FENCED.sub("", document.text)
    in_tables = sum(len(table) + 2 for table in document.tables)  # with the heading and the rule below it
    assert in_tables == sum(line.startswith("|") for line in text.split("\n"))
    assert re.findall(r"(?<!\n)\n#+ .*", text) == []


def test_a_document_is_whole(document: Any) -> None:
    look_at(document)


def test_the_readme_is_whole(readme_md: Any) -> None:
    look_at(readme_md)


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| 1 |\n",
        "| a | b |\n|---|---|\n| 1 | 2\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |\n",
        "Text.\n## Heading\n",
    ],
    ids=["too few cells", "an open row", "a row apart", "no blank line"],
)
def test_what_is_not_whole_is_seen(readme_md: Any, text: str) -> None:
    with pytest.raises(AssertionError):
        look_at(type(readme_md)("README.md", text))
