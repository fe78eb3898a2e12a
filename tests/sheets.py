"""Raw pages made by hand, and what any layout of them must hold."""

import unicodedata

from ingest.outline import build_layout
from ingest.raw import Line, RawDocument, RawPage, Run
from models.document import Document, pages_of, section_path

WIDTH, HEIGHT = 595.0, 842.0
LOREM = (
    "Regionen skal styrke samarbeidet mellom bedrifter og skoler slik at flere unge får erfaring med",
    "ny teknologi og grønn omstilling i hele området, og partene går sammen om en felles plan for det",
    "videre arbeidet med kompetanse, kapital og kraft i de neste årene fram mot en ny periode for alle",
)


def run(text, x0, size=10.0, bold=False, italic=False, color=0, rise=0.0, width=None):
    wide = (0.5 * size * len(text)) if width is None else width
    return Run(text, x0, x0 + wide, size, "Serif-Bold" if bold else "Serif", bold, italic, color, rise)


def line(text, y, x0=70.0, size=10.0, width=None, **style):
    first = run(text, x0, size, width=width, **style)
    return Line(x0, y, first.x1, y + size, (first,))


def lines_of(*runs, y):
    return Line(runs[0].x0, y, runs[-1].x1, y + max(r.size for r in runs), runs)


def paragraph(y, count=3, x0=70.0, width=450.0, last=200.0, words=LOREM):
    """Return full lines and a short last one, 14 points apart."""
    made = [line(words[i % 3], y + 14 * i, x0, width=width) for i in range(count - 1)]
    return [*made, line("til slutt på siden.", y + 14 * (count - 1), x0, width=last)]


def page(index, lines, shapes=(), width=WIDTH, height=HEIGHT, **more):
    return RawPage(index, width, height, tuple(lines), tuple(shapes), **more)


def document(*pages, **more):
    return RawDocument(tuple(pages), **more)


def read(*pages, **more):
    layout = build_layout(document(*pages, **more))
    check(layout)
    return layout


def check(layout):
    """What the document model asks of any layout."""
    whole = Document(
        id="x",
        file="f",
        sha256="s",
        text=layout.text,
        pages=layout.pages,
        blocks=layout.blocks,
        sections=layout.sections,
    )
    assert unicodedata.is_normalized("NFC", whole.text)
    assert sorted(block.order for block in whole.blocks) == list(range(len(whole.blocks)))
    assert all(block.end > block.start for block in whole.blocks)
    assert all(block.section is None or 0 <= block.section < len(whole.sections) for block in whole.blocks)
    assert all(section.parent is None or section.parent < at for at, section in enumerate(whole.sections))
    for block in whole.blocks:
        assert all(block.start <= note.offset <= block.end for note in block.note_refs)
        assert block.run_in <= block.end - block.start
    for one, other in zip(whole.blocks, whole.blocks[1:], strict=False):
        assert whole.text[one.end : other.start] == "\n"


def told(layout, kind=None):
    """Return (type, text) of the blocks in reading order, or the texts of one type."""
    ordered = sorted(layout.blocks, key=lambda block: block.order)
    if kind:
        return [layout.text[b.start : b.end] for b in ordered if b.type == kind]
    return [(b.type, layout.text[b.start : b.end]) for b in ordered]


def block_of(layout, start):
    return next(b for b in layout.blocks if layout.text[b.start : b.end].startswith(start))


def span_of(layout, block):
    return [page.index for page in pages_of(layout.pages, block.start, block.end)]


def path_of(layout, start):
    return section_path(layout.sections, block_of(layout, start).section)
