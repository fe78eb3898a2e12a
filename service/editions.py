"""Documents as the sides of a comparison, each under a label of its own: an old strategy and a new one, say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpus.catalogue import Catalogue
from corpus.material import Material, read_materials
from models.errors import BadComparison
from service.centring import Centring, measure_centring
from service.notes import share_notes
from service.scope import Side, refuse_many

LONGEST_LABEL = 60
"""Characters of a title that stands for a region that is not known."""


def open_documents(catalogue: Catalogue, documents: Sequence[str]) -> tuple[Side, ...]:
    """Return a side for each document, in the order asked. Names are ids, starts of ids or file names.

    Raises: UnknownDocument, BadComparison (fewer than two, one twice, too many).
    """
    refuse_many(documents, "documents")
    found: dict[str, str] = {}
    for given in documents:
        identity = catalogue.resolve(given)
        if identity in found:
            raise BadComparison(
                f"“{given[:80]}” and “{found[identity][:80]}” are the same document; name two different ones.",
                subject=given[:80],
            )
        found[identity] = given
    if len(found) < 2:
        raise BadComparison("A comparison needs two documents or more.", subject=next(iter(found), ""))
    materials = list(read_materials(catalogue, list(found)).values())
    centring = measure_centring(materials)
    labels = label_documents(materials)
    return tuple(_make_side(label, one, centring) for label, one in zip(labels, materials, strict=True))


def label_documents(materials: Sequence[Material]) -> list[str]:
    """Return a label for each document, "Region 2019"; equal ones are told apart by a number."""
    plain = [f"{_subject(one)} {one.year}" if one.year else _subject(one) for one in materials]
    counts = Counter(plain)
    taken: Counter[str] = Counter()
    labels = []
    for label in plain:
        taken[label] += 1
        labels.append(f"{label} ({taken[label]})" if counts[label] > 1 else label)
    return labels


def _subject(one: Material) -> str:
    return ", ".join(one.regions[:2]) or one.title[:LONGEST_LABEL].strip() or one.file[:LONGEST_LABEL]


def _make_side(label: str, one: Material, centring: Centring) -> Side:
    notes = share_notes((one,), label)
    return Side(label, one.regions, (one,), one.statements, ((one.vectors, one.tongues),), centring, notes)


def find_editions(sides: Sequence[Side]) -> tuple[Side, Side] | None:
    """Return the oldest and the newest of documents that are all about the same region, None otherwise.

    Documents without a year count as older than the others; of one year, the one named first is older.
    """
    firsts = {side.names[0] if side.names else None for side in sides}
    if len(firsts) > 1 or None in firsts:
        return None
    ordered = sorted(sides, key=lambda side: side.materials[0].year or 0)
    return ordered[0], ordered[-1]
