"""A writer of small PDFs for tests: every byte of the content is the test's own."""

from dataclasses import dataclass, field

FONTS = {
    "F1": b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    "F2": b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    "F3": b"<</Type/Font/Subtype/Type1/BaseFont/Times-Italic/Encoding/WinAnsiEncoding>>",
}
LOREM = (
    "Fylket har sterke milj\u00f8er innen energi og industri, men mangler fagfolk.",
    "Derfor vil r\u00e5det bygge ut to nye utdanninger sammen med bedriftene der.",
    "Arbeidet starter i h\u00f8st og skal v\u00e6re ferdig i l\u00f8pet av fire \u00e5r.",
)


@dataclass
class Sheet:
    """One page: its content stream, and more entries of its dictionary."""

    content: bytes = b""
    more: bytes = b""
    box: tuple[float, float, float, float] = (0, 0, 595, 842)


@dataclass
class Paper:
    """A file: pages, fonts by name, more objects by number from 900, more entries of catalogue and trailer."""

    sheets: list[Sheet] = field(default_factory=list)
    fonts: dict[str, bytes] = field(default_factory=dict)
    objects: dict[int, bytes] = field(default_factory=dict)
    catalogue: bytes = b""
    info: bytes = b""
    resources: bytes = b""

    def bytes(self) -> bytes:
        fonts = b"".join(b"/%s %s" % (name.encode(), body) for name, body in {**FONTS, **self.fonts}.items())
        kids = b" ".join(b"%d 0 R" % (10 + 2 * at) for at in range(len(self.sheets)))
        objects = {
            1: b"<</Type/Catalog/Pages 2 0 R%s>>" % self.catalogue,
            2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(self.sheets)),
            3: b"<<%s>>" % self.info,
            **self.objects,
        }
        for at, sheet in enumerate(self.sheets):
            number = 10 + 2 * at
            box = b" ".join(b"%g" % edge for edge in sheet.box)
            objects[number] = (
                b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Resources<</Font<<%s>>%s>>/Contents %d 0 R%s>>"
                % (box, fonts, self.resources, number + 1, sheet.more)
            )
            objects[number + 1] = stream(sheet.content)
        return write(objects)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def write(objects: dict[int, bytes]) -> bytes:
    out = b"%PDF-1.7\n"
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(out)
    top = max(objects) + 1
    out += b"xref\n0 %d\n" % top
    for number in range(top):
        kind = b"n" if number in places else b"f"
        out += b"%010d %05d %s \n" % (places.get(number, 0), 0 if number in places else 65535, kind)
    return out + b"trailer<</Size %d/Root 1 0 R/Info 3 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (top, start)


def literal(text: str) -> bytes:
    raw = text.encode("cp1252")
    for char in (b"\\", b"(", b")"):
        raw = raw.replace(char, b"\\" + char)
    return b"(" + raw + b")"


def put(x: float, y: float, text: str, *, size: float = 11, font: str = "F1", before: bytes = b"") -> bytes:
    """Text at x, y (points from the bottom left)."""
    return b"BT %s/%s %g Tf 1 0 0 1 %g %g Tm %s Tj ET\n" % (before, font.encode(), size, x, y, literal(text))


def prose(x: float = 72, y: float = 760, *, lines: int = 6, leading: float = 16) -> bytes:
    """Lines of ordinary text, top down."""
    return b"".join(put(x, y - at * leading, LOREM[at % len(LOREM)]) for at in range(lines))


def one_page(content: bytes, **more) -> bytes:
    return Paper([Sheet(content)], **more).bytes()


def map_to(codes: dict[int, str]) -> bytes:
    """A ToUnicode stream for one-byte codes."""
    rows = "".join(
        f"<{code:02X}> <{text.encode('utf-16-be').hex().upper()}>\n" for code, text in codes.items()
    )
    return stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"%d beginbfchar\n%sendbfchar\nendcmap end end" % (len(codes), rows.encode())
    )
