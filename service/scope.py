"""Who is compared: regions under checked names, with the documents and findings that count for each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from corpus.area import Statement
from corpus.catalogue import Catalogue
from corpus.material import Material, documents_of, read_materials
from corpus.reading import known_regions
from models.errors import BadComparison
from models.finding import Citation, Coverage
from models.taxonomy import Region, Taxonomy, check_regions
from service.centring import Block, Centring, measure_centring
from service.notes import Notes, T, keep, share_notes

MOST_REGIONS = 30
"""Regions in one comparison: a table of more columns is read by nobody."""
LEVELS = ("macro", "country")
"""Levels whose parts are the regions that lie in them."""


@dataclass(frozen=True)
class Side:
    """One region of a comparison, or one document under a label. `names` are the regions that count.

    `blocks` are the vectors of `statements` as stored, `centring` what is taken from them. `notes`
    are shared with other sides of the same documents and statements.
    """

    region: str
    names: tuple[str, ...]
    materials: tuple[Material, ...]
    statements: tuple[Statement, ...]
    blocks: tuple[Block, ...]
    centring: Centring
    notes: Notes = field(default_factory=dict, compare=False, repr=False)

    def keep(self, what: Hashable, make: Callable[[], T], of: object = None) -> T:
        """Return what is worked out of the statements, made once for all sides that share `notes`.

        It must not hold the side. It is made anew when `of` is another object: what hangs on the other
        sides, as the vectors do, must be kept of `centring.key`.
        """
        return keep(self.notes, what, make, of)

    @cached_property
    def vectors(self) -> np.ndarray:
        """Float32 unit rows (n, d) of `statements`, less the mean of their language in all documents compared.

        A row of zeros where a statement has no vector.
        """
        return self.keep("vectors", partial(self.centring.centre, self.blocks), self.centring.key)

    def centre_alone(self) -> np.ndarray:
        """Return the rows without what their language has in common in this side's documents."""
        return measure_centring(self.materials).centre(self.blocks)

    @cached_property
    def coverage(self) -> Coverage:
        """What was read for the region."""
        held = self.materials
        return Coverage(
            documents=len(held),
            pages=sum(one.pages for one in held),
            pages_without_text=sum(one.pages_without_text for one in held),
            words=sum(one.words for one in held),
        )

    @property
    def place(self) -> str | None:
        """The region that its citations name."""
        return self.names[0] if self.names else None

    @property
    def pages_read(self) -> int:
        """Pages that had text."""
        return self.coverage.pages - self.coverage.pages_without_text

    @property
    def readable(self) -> bool:
        """Whether anything could be read."""
        return self.pages_read > 0 and self.coverage.words > 0

    @cached_property
    def sources(self) -> Mapping[str, Material]:
        """The materials by document."""
        return {one.id: one for one in self.materials}

    def select(self, kind: str) -> list[int]:
        """Return the indexes of the statements of a kind, in order of document and place."""
        return list(self.keep("kinds", partial(_sort_kinds, self.statements)).get(kind, ()))

    def cite(self, n: int) -> Citation:
        """Return the citation of a statement, made once."""
        held = self.keep("citations", dict[int, Citation])
        if n not in held:
            one = self.statements[n]
            held[n] = self.sources[one.document].cite_statement(one, self.place)
        return held[n]


def _sort_kinds(statements: Sequence[Statement]) -> Mapping[str, list[int]]:
    """The indexes of the statements of each kind."""
    found: dict[str, list[int]] = {}
    for n, one in enumerate(statements):
        for kind in one.labels:
            found.setdefault(kind, []).append(n)
    return found


def open_sides(
    catalogue: Catalogue,
    taxonomy: Taxonomy,
    regions: Sequence[str],
    *,
    include_parts: bool = False,
    alone: bool = False,
) -> tuple[Side, ...]:
    """Return the sides of a comparison, in the order asked; `alone` takes any number of regions.

    Raises: UnknownRegion, BadComparison.
    """
    with catalogue.read() as connection:
        known = known_regions(connection)
    names = check_regions(regions, known, taxonomy) if alone else check_names(regions, known, taxonomy)
    parts = {name: _find_parts(name, names, known, taxonomy) if include_parts else () for name in names}
    wanted = list(dict.fromkeys(one for name in names for one in (name, *parts[name])))
    documents = documents_of(catalogue, wanted)
    materials = read_materials(
        catalogue, list(dict.fromkeys(one for ids in documents.values() for one in ids))
    )
    if not materials:
        raise BadComparison("No document is about any of these regions; ingest some first.", subject=names[0])
    centring = measure_centring(materials.values())
    sides = []
    for name in names:
        own = dict.fromkeys(one for part in (name, *parts[name]) for one in documents[part])
        held = tuple(materials[one] for one in own if one in materials)
        sides.append(_make_side((name, *parts[name]), held, names, taxonomy, centring))
    return tuple(sides)


def refuse_many(names: Sequence[str], noun: str) -> None:
    """Refuse more than can stand side by side. Raises: BadComparison."""
    if len(names) > MOST_REGIONS:
        raise BadComparison(
            f"{len(names)} {noun} are too many: at most {MOST_REGIONS} are compared at a time.",
            subject=str(len(names)),
        )


def check_names(regions: Sequence[str], known: Sequence[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the regions to compare under the names that documents bear.

    Raises: UnknownRegion, BadComparison (fewer than two, one twice, too many).
    """
    refuse_many(regions, "regions")
    found: dict[str, str] = {}
    for given in regions:
        name = check_regions([given], known, taxonomy)[0]
        if name in found:
            same = f" (“{found[name]}” and “{given}” are the same)" if found[name] != given else ""
            raise BadComparison(f"{name} is named twice{same}; name two different regions.", subject=name)
        found[name] = given
    if len(found) < 2:
        one = next(iter(found), "")
        others = ", ".join([name for name in known if name != one][:5])
        hint = f" There are documents of {others}." if others else ""
        raise BadComparison(f"A comparison needs two regions or more.{hint}", subject=one)
    return tuple(found)


def _make_side(
    names: tuple[str, ...],
    materials: tuple[Material, ...],
    compared: Sequence[str],
    taxonomy: Taxonomy,
    centring: Centring,
) -> Side:
    kin = {name: _kin(name, taxonomy) for name in names}
    counted = tuple(
        frozenset(one for one in material.said_of if _counts(one, names, material.regions, compared, kin))
        for material in materials
    )
    notes = share_notes(materials, (names, tuple(one.id for one in materials), counted))
    statements = keep(notes, "statements", partial(_choose_statements, materials, counted))
    blocks = tuple(_choose_vectors(one, which) for one, which in zip(materials, counted, strict=True))
    return Side(names[0], names, materials, statements, blocks, centring, notes)


def _choose_statements(
    materials: Sequence[Material], counted: Sequence[frozenset[str | None]]
) -> tuple[Statement, ...]:
    chosen = (one.statements_of(which) for one, which in zip(materials, counted, strict=True))
    return tuple(one for statements in chosen for one in statements)


def _choose_vectors(material: Material, counted: frozenset[str | None]) -> Block:
    """The vectors and languages of a document's statements of some regions."""
    said = material.statements_of(counted)
    if len(said) == len(material.statements):
        return material.vectors, material.tongues
    own = [n for n, one in enumerate(material.statements) if one.region in counted]
    return material.vectors[own], [one.language for one in said]


def _counts(
    region: str | None,
    names: Sequence[str],
    named: Sequence[str],
    compared: Sequence[str],
    kin: Mapping[str, frozenset[str]],
) -> bool:
    """Whether a finding of `region`, in a document about the regions `named`, counts for a side.

    It counts for its own region. A document of several regions gives what it does not ascribe
    to a single one to the first; so that counts for the others too, unless the two are part of
    each other and both compared (Viken and Akershus), where each keeps its own.
    """
    if region is None or region in names:
        return True
    related = any(region in kin[name] for name in names)
    if region in compared:
        return region == named[0] and not related if named else False
    return related or (bool(named) and region == named[0])


def _kin(name: str, taxonomy: Taxonomy) -> frozenset[str]:
    """The regions that a region became, was made from, or lies in."""
    entry = taxonomy.find_region(name)
    if entry is None:
        return frozenset()
    parent = (entry.parent,) if entry.parent else ()
    return frozenset((*entry.predecessors, *entry.successors, *parent))


def _find_parts(
    name: str, compared: Sequence[str], known: Sequence[str], taxonomy: Taxonomy
) -> tuple[str, ...]:
    """Predecessors, successors and parts that documents name and that are not compared themselves."""
    entry = taxonomy.find_region(name)
    if entry is None:
        return ()
    inside = [one.name for one in taxonomy.regions if _lies_in(one, entry)]
    held = {(taxonomy.find_region(one) or Region(name=one)).name: one for one in known}
    wanted = dict.fromkeys((*entry.predecessors, *entry.successors, *inside))
    return tuple(held[one] for one in wanted if one in held and held[one] not in compared)


def _lies_in(one: Region, whole: Region) -> bool:
    return one.parent == whole.name and whole.level in LEVELS
