"""Links in documents lead somewhere."""

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def test_links_lead_somewhere(document: Any, documents: dict[str, Any]) -> None:
    for link in document.links:
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        if path:
            assert (ROOT / "docs" / path).exists(), link
        target = documents.get(path) if path else document
        if anchor:
            assert target is not None, link
            assert anchor in target.anchors, link


def test_every_chapter_is_in_the_list_at_the_top(document: Any) -> None:
    """What a document lists at its top is what its chapters are, in their order."""
    listed = [link[1:] for link in document.links if link.startswith("#")]
    chapters = [line[3:] for line in document.text.split("\n") if line.startswith("## ")]
    if document.name == "README.zh-CN.md":
        assert not listed
        return
    top = listed[: len(chapters)]
    assert [type(document)("", f"## {chapter}").anchors for chapter in chapters] == [
        {anchor} for anchor in top
    ]


def test_the_readme_leads_to_every_document(readme_md: Any, documents: dict[str, Any]) -> None:
    assert {f"docs/{name}" for name in documents} <= set(readme_md.links)


def test_headings_are_there_once(document: Any) -> None:
    """A link names a heading by its text, so that no two may be alike."""
    headings = document.headings
    assert len(headings) == len(set(headings)), [one for one in headings if headings.count(one) > 1]
