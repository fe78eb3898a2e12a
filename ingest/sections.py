"""Headings -> the section tree, and the section of every block.

The title of a box heads only what stands in the box: after it the section around goes on.
"""

from __future__ import annotations

from models.document import FURNITURE, Block, Section

OUTSIDE = frozenset({"header", "footer", "footnote"})
"""Blocks that stand beside the text and neither open nor close a box."""


def build_sections(text: str, blocks: list[Block]) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """Return the blocks with their section set, and the sections in reading order.

    The list is emptied: a block is let go as soon as the one with its section is made.
    """
    sections: list[Section] = []
    owners: dict[int, int | None] = {}
    open_at: list[int] = []
    boxes: list[int] = []
    for place in sorted(range(len(blocks)), key=lambda i: blocks[i].order):
        block = blocks[place]
        inside = block.boxed and block.type not in OUTSIDE
        boxes = boxes if inside or block.type in OUTSIDE else []
        if block.type == "heading":
            level = block.level or 1
            kept = [at for at in (*open_at, *(boxes if inside else ())) if sections[at].level < level]
            title = text[block.start : block.end].replace("\n", " ")
            parent = kept[-1] if kept else None
            sections.append(
                Section(title=title, number=block.number, level=level, parent=parent, block=place)
            )
            opened = [*kept, len(sections) - 1]
            if inside:
                boxes = [at for at in opened if at not in open_at]
            else:
                open_at = opened
        around = [*open_at, *(boxes if inside else ())]
        current = around[-1] if around else None
        owners[place] = None if block.type in FURNITURE else current
    blocks.reverse()
    placed = tuple(blocks.pop().model_copy(update={"section": owners[i]}) for i in range(len(blocks)))
    return placed, tuple(sections)
