"""A data folder opened for work: catalogue, taxonomy, encoder, classifier, vectors.

Each part is loaded when first asked for, so a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from corpus.catalogue import Catalogue
from corpus.folder import Folder, hold_lock
from corpus.reading import known_regions
from models.taxonomy import Taxonomy, load_taxonomy
from service.kept import Comparisons
from service.settings import Settings

if TYPE_CHECKING:
    from corpus.vectors import Vectors
    from models.classifier import Classifier
    from models.encoder import Encoder
    from service.search import Searcher


class Library:
    """The parts of one data folder. Made by `open_library`."""

    def __init__(self, settings: Settings, catalogue: Catalogue, *, writes: bool) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.writes = writes
        self._taxonomy: tuple[object, Taxonomy] | None = None
        self.comparisons = Comparisons()
        self._vectors: Vectors | None = None
        self._users = 0
        self._lock = Lock()

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy with the folder's own entries; read anew when they change, so a service sees them at once."""
        stamp = self._stamp_taxonomy()
        if self._taxonomy is None or self._taxonomy[0] != stamp:
            self._taxonomy = (stamp, load_taxonomy(self.catalogue.folder.taxonomy))
        return self._taxonomy[1]

    def stamp(self) -> Hashable:
        """Return what changes when the catalogue or the taxonomy does."""
        return self.catalogue.generation, self._stamp_taxonomy()

    def _stamp_taxonomy(self) -> Hashable:
        folder = self.catalogue.folder.taxonomy
        if not folder.is_dir():
            return None
        held = [(one.name, one.stat()) for one in sorted(folder.glob("*.toml"))]
        return tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in held)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder, checked against the one that made the catalogue's vectors.

        Raises: ModelMissing, EncoderMismatch.
        """
        encoder = self.load_encoder()
        held = self.catalogue.encoder()
        if self.writes or held:
            self.catalogue.use_encoder(encoder.name, encoder.fingerprint, encoder.dimension)
        return encoder

    def load_encoder(self) -> Encoder:
        """Return the encoder of the settings, unchecked."""
        from models.encoder import load_encoder

        settings = self.settings
        return load_encoder(
            settings.encoder, cache=settings.cache, threads=settings.threads, asks=not self.writes
        )

    @cached_property
    def classifier(self) -> Classifier:
        """The classifier whose weights fit the encoder. Raises: WeightsMismatch."""
        from models.classifier import load_classifier

        return load_classifier(self.encoder.fingerprint, self.taxonomy)

    @contextmanager
    def use_vectors(self) -> Iterator[Vectors]:
        """Give the vector store, brought to what the catalogue holds, to who writes; it stays open until released."""
        with self._lock:
            if self._vectors is None:
                self._vectors = self.open_vectors()
                self._vectors.catch_up(self.catalogue)
            vectors = self._vectors
            self._users += 1
        try:
            yield vectors
        finally:
            with self._lock:
                self._users -= 1

    def release_vectors(self) -> None:
        """Close the vector store unless it is used: opened, one of 250,000 takes 440 MB."""
        with self._lock:
            if self._vectors is not None and not self._users:
                self._vectors.note(self.catalogue)
                self._vectors.close()
                self._vectors = None

    def open_vectors(self) -> Vectors:
        """Open the vector store as it is."""
        from corpus.vectors import Vectors

        return Vectors.open(self.catalogue, self.encoder.fingerprint)

    @cached_property
    def searcher(self) -> Searcher:
        """Search over the catalogue."""
        from service.search import Searcher

        return Searcher(self.catalogue, self.encoder, self.taxonomy)

    def regions(self) -> list[str]:
        """Return the regions that documents have."""
        with self.catalogue.read() as connection:
            return known_regions(connection)

    def remove(self, document: str) -> None:
        """Remove a document, its vectors and its file. The id must exist."""
        from corpus.vectors import segment_ids

        ids = segment_ids(self.catalogue, document)
        with self.use_vectors() as vectors:
            sha256 = self.catalogue.remove(document)
            vectors.remove(ids)
        self.catalogue.folder.pdf(sha256).unlink(missing_ok=True)

    def close(self) -> None:
        """Close what was opened."""
        self.release_vectors()
        self.catalogue.close()


@contextmanager
def open_library(settings: Settings, *, write: bool = False, wait: float = 0) -> Iterator[Library]:
    """Open a data folder, as its one writer if `write`, for which `wait` seconds may pass.

    Raises: CatalogueBusy, CatalogueDamaged, CatalogueNewer, BadPath.
    """
    folder = Folder(settings.data)
    if not write:
        library = Library(settings, Catalogue.open(folder), writes=False)
        try:
            yield library
        finally:
            library.close()
        return
    with hold_lock(folder, wait):
        library = Library(settings, Catalogue.open(folder, write=True), writes=True)
        try:
            yield library
        finally:
            library.close()
