"""py3langid's model for the few languages we ask about, in a fifth of its memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

BLOCK_BITS = 4
"""The automaton's rows are cut into blocks of 16 entries, equal blocks kept once.

A row is 256 states of 4 bytes and differs from others in a few of them: the 38,346 whole rows take 39 MB,
blocks of 8, 16, 32 and 64 entries with the index of them 7, 6, 7 and 12 MB. With one index more for
each byte langid took 1.0 to 1.5 times as long in five runs; it has about 1 % of the time of reading.
"""
_ENTRIES = 1 << BLOCK_BITS
_BLOCKS_OF_ROW = 256 >> BLOCK_BITS
_BLOCK = bytes(byte >> BLOCK_BITS for byte in range(256))
_ENTRY = bytes(byte % _ENTRIES for byte in range(256))


@dataclass(frozen=True, slots=True)
class Automaton:
    """Finds features in bytes: `rows` says for a state where its 16 `places` begin, these where their block does.

    `features` holds for each state the feature that ends there, -1 where none does.
    """

    rows: array[int]
    places: array[int]
    blocks: array[int]
    features: array[int]

    def count(self, text: bytes) -> Counter[int]:
        """Return how often each feature stands in a text, in the order in which they were met."""
        rows, places, blocks, features = self.rows, self.places, self.blocks, self.features
        state = 0
        met: list[int] = []
        for block, entry in zip(text.translate(_BLOCK), text.translate(_ENTRY), strict=True):
            state = blocks[places[rows[state] + block] + entry]
            feature = features[state]
            if feature >= 0:
                met.append(feature)
        return Counter(met)


def load_langid(languages: Sequence[str]) -> LanguageIdentifier:
    """Return an identifier of these languages (py3langid's names), whose answers are py3langid's own to the bit.

    Takes about a second.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    class Langid(LanguageIdentifier):  # type: ignore[misc]
        __slots__ = ("automaton",)

        def _raw_score(self, text: bytes) -> Any:
            found = self.automaton.count(text)
            return self._sparse_score(found, self.nb_ptc) if found else super()._raw_score(b"")

    identifier = Langid.from_model_file(MODEL_FILE)
    identifier.set_languages(languages)
    # It keeps the weights of its 97 languages too, 19 MB, to choose others from later.
    identifier._full_model = identifier.nb_ptc, identifier.nb_pc, identifier.nb_classes
    identifier.automaton = _build_automaton(identifier)
    identifier.tk_nextmove = identifier.tk_row = identifier.tk_output = identifier._rowbase = None
    return identifier


def _build_automaton(identifier: LanguageIdentifier) -> Automaton:
    places, blocks = _cut_rows(identifier.tk_nextmove)
    rows = array("I", (row * _BLOCKS_OF_ROW for row in identifier.tk_row))
    return Automaton(rows, places, blocks, array("i", identifier.tk_output))


def _cut_rows(table: array[int]) -> tuple[array[int], array[int]]:
    """Return where each block of each row begins, and the distinct blocks one after another."""
    size = _ENTRIES * table.itemsize
    places: array[int] = array("I")
    found: dict[bytes, int] = {}
    view = memoryview(table).cast("B")
    for at in range(0, len(view), size):
        places.append(found.setdefault(bytes(view[at : at + size]), len(found) * _ENTRIES))
    return places, array(table.typecode, b"".join(found))
