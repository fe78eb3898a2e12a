"""Make the sample PDFs and their truth: `python -m corpus.samples.typeset` (needs the extra `samples`).

The pages in the truth are asked of the typesetter, which marks every word; nothing is read back from a PDF.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from corpus.samples.leaves import Leaves
from corpus.samples.manuscript import COVER, FOOTNOTE, Block, Line, Manuscript, read_manuscripts
from corpus.samples.truth import write_truth

HERE = Path(__file__).parent
LAYOUT = HERE / "layout.typ"
FONT_PACKAGES = ("font_source_sans_pro", "font_caladea")
"""From PyPI (OFL 1.1 and Apache-2.0); the other faces come with the typesetter. System fonts are not used."""

END = "#box()"
"""Ends a paragraph: a mark that nothing follows is moved to the next page when the paragraph ends a page."""


def string(text: str) -> str:
    """Return text as a string of the typesetter's language."""
    return json.dumps(text, ensure_ascii=False)


def mark_words(line: Line, text: str, notes: dict[str, Block], first: int = 0) -> str:
    """Return text word by word, each followed by the mark that tells its page; words count from `first`."""
    words = []
    for position, word in enumerate(text.split(), start=first):
        bare, *note = FOOTNOTE.split(word)[:2]
        mark = f"#at({line.index}, {position})"
        foot = f"#footnote[{set_lines(notes[note[0]], notes)}]" if note else ""
        words.append(f"#{string(bare)}{mark}{foot}")
    return bind_numbers(words, text.split())


def bind_numbers(marked: list[str], words: list[str]) -> str:
    """Join marked words by spaces; a number is not broken at its thousands."""
    pieces = marked[:1]
    for before, after, mark in zip(words, words[1:], marked[1:], strict=False):
        bound = before.isdigit() and len(before) <= 3 and after.rstrip(".,;:)").isdigit() and len(after) >= 3
        pieces.append(("~" if bound else " ") + mark)
    return "".join(pieces)


def set_lines(block: Block, notes: dict[str, Block]) -> str:
    """Return the lines of a block as running text; a run-in heading is bold."""
    parts = []
    for line in block.lines:
        marked = mark_words(line, line.text, notes)
        parts.append(f"#strong[{marked}]" if block.argument == "run-in" and line.unit == "h" else marked)
    return " ".join(parts) + END


def set_list(block: Block, notes: dict[str, Block]) -> str:
    """Return a bulleted list."""
    items = ", ".join(f"[{mark_words(line, line.text, notes)}{END}]" for line in block.lines)
    return f"#list({items})"


def set_table(block: Block, notes: dict[str, Block]) -> str:
    """Return a table; the argument of its directive gives the relative widths of the columns."""
    rows = []
    for line in block.lines:
        cells, count = [], 0
        for cell in line.text.replace("*", "").split(" ¦ "):
            cells.append(f"[{mark_words(line, cell, notes, count)}{END}]")
            count += len(cell.split())
        rows.append(", ".join(cells))
    widths = ", ".join(f"{width}fr" for width in block.argument.split())
    body = ",\n".join(rows[1:])
    return f"#table(columns: ({widths}),\ntable.header({rows[0]}),\n{body})"


def set_bars(block: Block) -> str:
    """Return a bar chart of `bars | name=value; …`; a value is printed as it is written."""
    pairs = [part.strip().split("=") for part in block.argument.partition("|")[2].split(";")]
    values = [float(value.replace(",", ".")) for _, value in pairs]
    rows = ", ".join(
        f"({string(name)}, {number}, {string(value)})"
        for (name, value), number in zip(pairs, values, strict=True)
    )
    return f"#bars(({rows},), {max(values)})"


def set_heading(block: Block, _notes: dict[str, Block]) -> str:
    """Return a heading; its words carry no marks, as the contents page repeats them."""
    line = block.lines[0]
    return f"#heading(level: {block.level})[#{string(line.text)}] <h{line.index}>"


def set_cover(manuscript: Manuscript) -> str:
    """Return the cover page; a title is broken after its colon."""
    parts = {block.type: block for block in manuscript.blocks if block.type in COVER}
    sets = [" \\\n".join(mark_words(line, line.text, {}) for line in parts[name].lines) for name in parts]
    index = list(parts).index("title")
    sets[index] = re.sub(r'(:"#at\(\d+, \d+\)) ', r"\1 \\\n", sets[index])
    return f"#cover({string(look_of(manuscript))}, " + ", ".join(f"[{text}]" for text in sets) + ")"


def look_of(manuscript: Manuscript) -> str:
    """Return the name of the look, a key of `looks` in layout.typ."""
    return manuscript.directives["look"].partition(" | ")[0]


def set_blocks(manuscript: Manuscript) -> Iterator[str]:
    """Yield the body, block by block; footnotes are set where their mark stands."""
    notes = {block.argument: block for block in manuscript.blocks if block.type == "footnote"}
    boxed: list[str] = []
    for block, following in zip(manuscript.blocks, [*manuscript.blocks[1:], None], strict=True):
        if block.type in COVER or block.type in ("footnote", "cover"):
            continue
        text = set_block(block, notes)
        if block.in_box:
            boxed.append(text)
            if following is None or not following.in_box:
                yield f"#boxed([{boxed[0]}])[{''.join(boxed[1:])}]"
                boxed = []
        else:
            yield text


def set_block(block: Block, notes: dict[str, Block]) -> str:
    """Return one block in the typesetter's language."""
    simple = {
        "pagebreak": "#pagebreak(weak: true)",
        "body": '#set page(numbering: "1")\n#counter(page).update(1)',
        "columns": f"#set page(columns: {block.argument})",
    }
    if block.type in simple:
        return simple[block.type] + "\n"
    if block.type == "contents":
        title = f"#heading(level: 1, outlined: false)[#{string(block.argument)}] <contents>"
        return f"{title}\n#outline()\n"
    wrap = {"sign": "#signature[{}]", "caption": "#caption[{}]", "box": "{}"}
    if block.type in wrap:
        return wrap[block.type].format(set_lines(block, notes)) + ("" if block.type == "box" else "\n\n")
    if block.type == "references":
        return "\n".join(f"#reference[{mark_words(line, line.text, {})}{END}]" for line in block.lines) + "\n"
    setters = {"list": set_list, "table": set_table, "heading": set_heading, "para": set_lines}
    text = set_bars(block) if block.type == "figure" else setters[block.type](block, notes)
    if block.lines and block.lines[-1].text.endswith(":"):
        return f"#block(sticky: true)[{text}]\n\n"
    return text + "\n\n"


def keep_captions(pieces: Iterator[str]) -> str:
    """Join the pieces; a figure or table is kept on one page with the caption that follows it."""
    joined: list[str] = []
    for piece in pieces:
        if piece.startswith("#caption") and joined:
            joined[-1] = f"#block(breakable: false, width: 100%)[{joined[-1]}{piece}]\n\n"
        else:
            joined.append(piece)
    return "".join(joined)


def write_markup(manuscript: Manuscript) -> str:
    """Return the whole document in the typesetter's language."""
    look = dict(part.partition("=")[::2] for part in manuscript.directives["look"].split(" | ")[1:])
    left, right = manuscript.directives["running"].split(" | ")
    meta = dict(part.partition("=")[::2] for part in manuscript.directives["meta"].split(" | "))
    year = manuscript.head["year"]
    known = f"title: {string(meta['title'])}, author: {string(meta['author'])}, " if "title" in meta else ""
    date = f"datetime(year: {year}, month: 12, day: 1)" if known else "none"
    headings = [block.lines[0].index for block in manuscript.blocks if block.type == "heading"]
    ends = "".join(f"#metadata((i: {i}, w: 0, p: locate(<h{i}>).page()))<word>" for i in headings)
    contents = "#metadata((i: -1, w: 0, p: locate(<contents>).page()))<word>"
    return "\n".join(
        [
            f'#let accent = rgb("{look["accent"]}")',
            LAYOUT.read_text(encoding="utf-8"),
            f"#set document({known}date: {date})",
            f"#show: setup.with({string(look_of(manuscript))}, lang: {string(manuscript.head['lang'])},",
            f"  size: {look['size']}pt, hyphenate: {'true' if look['hyphenate'] == 'yes' else 'false'},",
            f"  roman: {'true' if look.get('front') == 'roman' else 'false'},",
            f"  left: {string(left)}, right: {string(right)})",
            set_cover(manuscript),
            keep_captions(set_blocks(manuscript)),
            f"#context [{ends}{contents}]",
        ]
    )


def font_folders() -> list[str]:
    """Return the folders of the font packages.

    Raises:
        ModuleNotFoundError: a font package is not installed.
    """
    specs = [find_spec(name) for name in FONT_PACKAGES]
    if missing := [name for name, spec in zip(FONT_PACKAGES, specs, strict=True) if spec is None]:
        raise ModuleNotFoundError(f"not installed: {', '.join(missing)} (pip install '.[samples]')")
    return [str(Path(spec.origin).parent) for spec in specs if spec and spec.origin]


def typeset(manuscript: Manuscript) -> tuple[bytes, Leaves]:
    """Return the PDF of a manuscript and where everything stands; one source always gives the same bytes."""
    import typst  # type: ignore[import-not-found,unused-ignore]

    markup = write_markup(manuscript).encode()
    fonts = {"font_paths": font_folders(), "ignore_system_fonts": True}
    pdf = typst.compile(markup, format="pdf", timestamp=0, **fonts)
    words = json.loads(typst.query(markup, "<word>", field="value", **fonts))
    leaves = json.loads(typst.query(markup, "<leaf>", field="value", **fonts))
    return pdf, Leaves.from_marks(words, leaves)


def main() -> None:
    """Write every PDF and the whole truth."""
    manuscripts = read_manuscripts()
    places = {}
    for manuscript in manuscripts:
        pdf, places[manuscript.slug] = typeset(manuscript)
        (HERE / f"{manuscript.slug}.pdf").write_bytes(pdf)
        print(
            f"{manuscript.slug}.pdf: {len(pdf)} bytes, {len(places[manuscript.slug].labels)} pages",
            file=sys.stderr,
        )
    write_truth(manuscripts, places, HERE)


if __name__ == "__main__":
    main()
