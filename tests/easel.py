"""Boards drawn for tests: lists in fields, written as PDF; x, y and sizes in points from the top left."""

import textwrap
from dataclasses import dataclass, field

from paper import Paper, Sheet, literal
from sheets import check

from ingest.outline import build_layout
from ingest.pdf import read_pdf
from models.document import section_path

PAGE = 842
LEADING = 1.35
EM = 0.53
"""Mean width of a letter of Helvetica in ems, on the safe side."""


@dataclass
class Easel:
    """One page in the making."""

    parts: list[bytes] = field(default_factory=list)

    def fill(self, x, y, wide, high, color):
        red, green, blue = (color >> step & 0xFF for step in (16, 8, 0))
        self.parts.append(
            b"%.3f %.3f %.3f rg %g %g %g %g re f 0 g\n"
            % (red / 255, green / 255, blue / 255, x, PAGE - y - high, wide, high)
        )

    def frame(self, x, y, wide, high):
        self.parts.append(b"0.8 w %g %g %g %g re S\n" % (x, PAGE - y - high, wide, high))

    def rule(self, x, y, to_x, to_y):
        self.parts.append(b"0.8 w %g %g m %g %g l S\n" % (x, PAGE - y, to_x, PAGE - to_y))

    def grid(self, xs, ys):
        """Rules through all x and all y."""
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)

    def text(self, x, y, words, *, size=10, bold=False, color=0, spaced=0.0, turned=False):
        """A line; `y` is the baseline. Turned ones read upwards."""
        rgb = tuple((color >> step & 0xFF) / 255 for step in (16, 8, 0))
        matrix = b"0 1 -1 0" if turned else b"1 0 0 1"
        self.parts.append(
            b"%.3f %.3f %.3f rg BT %g Tc /F%d %g Tf %s %g %g Tm %s Tj ET 0 g\n"
            % (*rgb, spaced, 2 if bold else 1, size, matrix, x, PAGE - y, literal(words))
        )

    def items(self, x, y, wide, items, *, size=10, bullet="•", indent=10, color=0, gap=0.0):
        """Items below each other, wrapped to `wide`; return the y below the last."""
        indent = indent if bullet else 0
        for item in items:
            for number, words in enumerate(textwrap.wrap(item, int((wide - indent) / (EM * size)))):
                if bullet and not number:
                    self.text(x, y, bullet, size=size, color=color)
                self.text(x + indent, y, words, size=size, color=color)
                y += LEADING * size
            y += gap
        return y

    def prose(self, x, y, wide, words, *, size=10, color=0):
        """A paragraph; return the y below it."""
        for line in textwrap.wrap(words, int(wide / (EM * size))):
            self.text(x, y, line, size=size, color=color)
            y += LEADING * size
        return y + size

    def heading(self, y, words):
        self.text(60, y, words, size=16, bold=True)
        return y + 26


def write(path, *easels):
    """Write a file of pages, and return its path."""
    path.write_bytes(Paper([Sheet(b"".join(easel.parts)) for easel in easels]).bytes())
    return path


NB = {
    "Styrker": [
        "Sterke bedrifter innen havbruk og maritim industri",
        "Høy sysselsetting og en befolkning som flytter tilbake til fylket etter endt utdanning",
        "Tett samspill mellom skole og næring",
    ],
    "Svakheter": [
        "Lange avstander mellom tettstedene",
        "Få unge med høyere utdanning, og mange som pendler ut av regionen for å finne arbeid",
    ],
    "Muligheter": [
        "Økt etterspørsel etter lokal mat",
        "Nye næringer rundt grønn energi kan gi arbeidsplasser i kommuner som mister folk i dag",
        "Digitale verktøy i landbruket",
    ],
    "Trusler": [
        "Færre i arbeidsfør alder",
        "Økte kostnader for energi og transport gjør at bedriftene velger å legge ned lokalt",
        "Mer ekstremvær langs kysten",
    ],
}
NN = {
    "Sterke sider": [
        "Reint hav og god tilgang på råstoff",
        "Verksemder som samarbeider tett om ny teknologi",
    ],
    "Veike sider": [
        "Små fagmiljø",
        "Lang veg til marknaden og høge kostnader for dei som skal frakte varer ut",
    ],
    "Høve": [
        "Auka interesse for norsk mat",
        "Nye ferjer og tunnelar knyter bu- og arbeidsmarknader saman",
    ],
    "Truslar": ["Fråflytting", "Strengare krav til utslepp kan gjere det dyrare å drive"],
}
SV = {
    "Styrkor": [
        "Stark basindustri med god export",
        "Universitet med forskning som ligger nära företagen i länet och växer varje år",
    ],
    "Svagheter": [
        "Ensidigt näringsliv",
        "Låg andel högutbildade i de små kommunerna, och svårt att locka lärare",
    ],
    "Möjligheter": ["Stora investeringar i grön omställning", "Ökad turism året runt"],
    "Hot": [
        "Utflyttning av unga",
        "Beroende av ett fåtal stora företag som styrs av beslut som fattas långt från regionen",
        "Stigande räntor",
    ],
}
DA = {
    "Styrker": ["Mange små og mellemstore virksomheder", "Kort vej fra idé til handling"],
    "Svagheder": [
        "Få vidensarbejdspladser",
        "Lav tilgang til kapital for de virksomheder, der gerne vil vokse uden for landet",
    ],
    "Muligheder": [
        "Grøn omstilling af havnene",
        "Nye uddannelser tæt på de unge kan give virksomhederne den arbejdskraft, de mangler",
    ],
    "Trusler": ["Faldende befolkning", "Skærpet konkurrence fra udlandet"],
}
EN = {
    "Strengths": [
        "Broad base of manufacturing firms",
        "Two universities with applied research that is close to the needs of local companies",
        "Loyal workforce",
    ],
    "Weaknesses": [
        "Low productivity outside the city",
        "Few companies export, and those that do depend on one or two customers",
    ],
    "Opportunities": ["Growing demand for clean energy", "Return of skilled emigrants"],
    "Threats": ["Rising cost of energy", "Loss of skilled staff to the capital, where wages are higher"],
}
PLAIN = {
    "Transport": ["Flere ekspressbusser mellom byene", "Trygge skoleveier i alle kommuner"],
    "Kultur": ["Et fast tilskudd til festivalene i distriktene", "Åpne bibliotek hele uken"],
    "Helse": ["Legevakt nærmere der folk bor", "Kurs for dem som vil arbeide i omsorgen"],
}
PROSE = (
    "Analysen bygger på samtaler med bedrifter, skoler og frivillige lag i hele fylket, og den ble lagt fram "
    "for utvalget i april. Den viser hvor innsatsen gjør mest nytte i årene som kommer, og hva som må til."
)
QUOTE = "Regionen har mer å by på enn tallene viser, og den vokser på egne ben."
LEFT, RIGHT = 60, 535


def start():
    easel = Easel()
    y = easel.heading(80, "2 Utgangspunkt")
    return easel, easel.prose(LEFT, y, RIGHT - LEFT, PROSE * 3) + 10


def finish(easel, y):
    easel.prose(LEFT, easel.heading(y + 30, "3 Veien videre"), RIGHT - LEFT, PROSE * 2)
    return easel


def quadrants(lists, top=0.0, high=140):
    """Yield label, items and place of each quadrant of 2 x 2."""
    for number, (label, items) in enumerate(lists.items()):
        yield number, label, items, LEFT + 242 * (number % 2), top + high * (number // 2)


def list_rows(tmp_path, *easels):
    """Return (label, item) of all list items in reading order, and the layout."""
    layout = build_layout(read_pdf(write(tmp_path / "board.pdf", *easels)))
    check(layout)
    items = [b for b in sorted(layout.blocks, key=lambda b: b.order) if b.type == "list_item"]
    rows = [
        ((section_path(layout.sections, b.section) or ("",))[-1], layout.text[b.start : b.end]) for b in items
    ]
    return rows, layout


def expect(lists, upper=False):
    return [(label.upper() if upper else label, item) for label, items in lists.items() for item in items]
