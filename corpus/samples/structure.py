"""The blocks of a sample in reading order, each with its pages, in the form of the gold structures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.samples.leaves import CONTENTS, Leaves
from corpus.samples.manuscript import FOOTNOTE, Block, Line, Manuscript

Row = dict[str, Any]
ROLES = {
    "kicker": "subtitle",
    "subtitle": "subtitle",
    "imprint": "subtitle",
    "sign": "signature",
    "references": "reference",
}
BULLETS = {"slab": "–", "columns": "▪"}
"""The list mark of a look; any other has •."""


def build_structure(manuscript: Manuscript, leaves: Leaves) -> Row:
    """Return file, language, page labels and blocks; per page: header, body, footnotes, footer."""
    body = list(body_blocks(manuscript, leaves))
    blocks = []
    for page, label in sorted(leaves.labels.items()):
        header, footer = running_texts(manuscript, label)
        mine = [block for block in body if block["page"] == page]
        notes = [block for block in mine if block["type"] == "footnote"]
        rest = [block for block in mine if block["type"] != "footnote"]
        if page > 1:
            rest.insert(0, {"page": page, "type": "header", "text": header})
            notes.append({"page": page, "type": "footer", "text": footer})
        blocks += rest + notes
    return {
        "file": f"{manuscript.slug}.pdf",
        "pages": len(leaves.labels),
        "labels": [label for _, label in sorted(leaves.labels.items())],
        "lang": manuscript.head["lang"],
        "blocks": [{"id": number, **block} for number, block in enumerate(blocks)],
    }


def running_texts(manuscript: Manuscript, label: str) -> tuple[str, str]:
    """Return the running head and foot of a page; the serif look has half of the text in the foot."""
    left, right = manuscript.directives["running"].split(" | ")
    if manuscript.directives["look"].startswith("serif"):
        return left, f"{right} {label}"
    return f"{left} {right}", label


def body_blocks(manuscript: Manuscript, leaves: Leaves) -> Iterator[Row]:
    """Yield the blocks between head and foot, in the order of the source."""
    for number, block in enumerate(manuscript.blocks):
        if block.type == "contents":
            yield from contents_blocks(manuscript, block, leaves)
        elif block.type == "figure":
            yield from figure_blocks(block, leaves.pages_of(manuscript.blocks[number + 1].lines[0])[0])
        elif block.type in ("list", "references"):
            yield from (line_block(manuscript, block, line, leaves) for line in block.lines)
        elif block.lines:
            yield whole_block(block, leaves)


def whole_block(block: Block, leaves: Leaves) -> Row:
    """Return the one block that lines set together make."""
    types = {"title": "title", "heading": "heading", "box": "heading", "table": "table", "caption": "caption"}
    row: Row = leaves.place_block(block.lines)
    row |= {"type": "footnote" if block.type == "footnote" else types.get(block.type, "paragraph")}
    row["text"] = " ".join(line.printed for line in block.lines)
    if block.level:
        row["level"] = block.level
    if block.type == "footnote":
        row |= {"n": int(block.argument), "text": f"{block.argument} {row['text']}"}
    if block.type == "table":
        row |= {"rows": [line.printed.split("\t") for line in block.lines], "header_row": True}
        row["text"] = "\n".join(line.printed for line in block.lines)
    if block.argument == "run-in":
        row["run_in"] = block.lines[0].printed
    return row | extras(block)


def line_block(manuscript: Manuscript, block: Block, line: Line, leaves: Leaves) -> Row:
    """Return the block of one list item or reference."""
    row: Row = leaves.place_block([line])
    row |= {"type": "list_item" if block.type == "list" else "paragraph", "text": line.printed}
    if block.type == "list":
        row["bullet"] = BULLETS.get(manuscript.directives["look"].partition(" | ")[0], "•")
    return row | extras(block)


def extras(block: Block) -> Row:
    """Return role, box and footnote marks, where a block has them."""
    row: Row = {"role": ROLES[block.type]} if block.type in ROLES else {}
    if block.in_box:
        row["box"] = True
    if marks := [int(mark) for line in block.lines for mark in FOOTNOTE.findall(line.text)]:
        row["footnote_refs"] = marks
    return row


def contents_blocks(manuscript: Manuscript, block: Block, leaves: Leaves) -> Iterator[Row]:
    """Yield the title of the contents page and its entries, with the printed page numbers."""
    page = leaves.words[CONTENTS][0]
    yield {"page": page, "type": "heading", "level": 1, "text": block.argument}
    for heading in manuscript.blocks:
        if heading.type == "heading":
            line = heading.lines[0]
            label = leaves.labels[leaves.pages_of(line)[0]]
            yield {"page": page, "type": "toc", "level": heading.level, "text": f"{line.printed} {label}"}


def figure_blocks(block: Block, page: int) -> Iterator[Row]:
    """Yield a figure, and its labels as one paragraph."""
    bars = block.argument.partition("|")[2].replace("=", " ").replace(";", " ")
    yield {"page": page, "type": "figure", "text": ""}
    yield {"page": page, "type": "paragraph", "role": "figure_text", "text": " ".join(bars.split())}
