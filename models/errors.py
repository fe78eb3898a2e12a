"""Every error the project raises, in one tree.

StrategyError
├── UnreadableDocument      a file that gives no text; nothing of it is stored
│   ├── NotPdf              other bytes than a PDF
│   ├── EmptyFile           no bytes, or no pages
│   ├── Damaged             a PDF that cannot be parsed
│   ├── Encrypted           needs a password, or another one
│   ├── NoText              pictures of pages only
│   ├── UnreadableText      fonts without a map to Unicode
│   ├── TooLarge            over the page or byte limit
│   └── TimedOut            over the time limit
├── Unknown                 a name that the catalogue or taxonomy does not hold
│   ├── UnknownDocument
│   ├── UnknownRegion
│   ├── UnknownTheme
│   ├── UnknownKind
│   ├── UnknownLanguage
│   ├── UnknownActor
│   ├── UnknownFocusArea
│   ├── UnknownFinding
│   ├── UnknownReview
│   ├── UnknownReviewer
│   ├── UnknownSearch
│   └── UnknownJob
├── BadInput                asked in a way that has no answer
│   ├── BadQuery
│   ├── BadSettings
│   ├── BadCatalogueFile
│   ├── BadComparison
│   ├── BadGold
│   ├── BadReview
│   ├── BadPath
│   └── OutputExists
├── StoreError              the data folder cannot be used as it is
│   ├── CatalogueBusy       another process writes
│   ├── CatalogueDamaged
│   ├── CatalogueNewer      made by a newer version
│   └── EncoderMismatch     vectors of another encoder
└── ModelError
    ├── ModelMissing        an encoder that cannot be loaded
    └── WeightsMismatch     classifier weights made for another encoder

An error carries what it is about (`subject`: a file name, an id, a word; never a
full path) and, where it helps, the nearest known names. Exit codes and HTTP statuses
are decided at the edges, in service/cli.py and service/api.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class StrategyError(Exception):
    """Root of the tree: a sentence for the user, what it is about, what is near."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, subject: str | None = None, nearest: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.nearest = tuple(nearest)


class UnreadableDocument(StrategyError):
    """A file that gives no text; nothing of it is stored. `pages` counts them where they could be counted."""

    code = "unreadable"
    pages: int = 0


class NotPdf(UnreadableDocument):
    """The bytes are not a PDF."""

    code = "not_pdf"


class EmptyFile(UnreadableDocument):
    """The file has no bytes, or no pages."""

    code = "empty"


class Damaged(UnreadableDocument):
    """A PDF that cannot be parsed."""

    code = "damaged"


class Encrypted(UnreadableDocument):
    """The file needs a password, or another one than given."""

    code = "encrypted"


class NoText(UnreadableDocument):
    """The pages are pictures without text."""

    code = "no_text"


class UnreadableText(UnreadableDocument):
    """The fonts have no map to Unicode, so the words cannot be known."""

    code = "unreadable_text"


class TooLarge(UnreadableDocument):
    """The file is over the page or byte limit."""

    code = "too_large"


class TimedOut(UnreadableDocument):
    """Reading took longer than the time limit."""

    code = "timed_out"


class Unknown(StrategyError):
    """A name that the catalogue or the taxonomy does not hold."""

    code = "unknown"


class UnknownDocument(Unknown):
    """No document has this id or file name."""

    code = "unknown_document"


class UnknownRegion(Unknown):
    """No document and no registry entry has this region."""

    code = "unknown_region"


class UnknownTheme(Unknown):
    """The taxonomy has no such theme."""

    code = "unknown_theme"


class UnknownKind(Unknown):
    """There is no such kind of finding."""

    code = "unknown_kind"


class UnknownLanguage(Unknown):
    """The language is not among those recognised."""

    code = "unknown_language"


class UnknownActor(Unknown):
    """The taxonomy has no such actor."""

    code = "unknown_actor"


class UnknownFocusArea(Unknown):
    """The document has no such focus area."""

    code = "unknown_focus_area"


class UnknownFinding(Unknown):
    """No sentence has this id."""

    code = "unknown_finding"


class UnknownReview(Unknown):
    """The log of reviews has no such entry."""

    code = "unknown_review"


class UnknownReviewer(Unknown):
    """Nobody of this name has reviewed anything."""

    code = "unknown_reviewer"


class UnknownSearch(Unknown):
    """No search was saved under this name."""

    code = "unknown_search"


class UnknownJob(Unknown):
    """No background job has this id."""

    code = "unknown_job"


class BadInput(StrategyError):
    """Something was asked in a way that has no answer."""

    code = "bad_input"


class BadQuery(BadInput):
    """A query without a word in it, or one that is too long."""

    code = "bad_query"


class BadSettings(BadInput):
    """A setting has a value that cannot be used."""

    code = "bad_settings"


class BadCatalogueFile(BadInput):
    """A catalogue TOML that cannot be read, or names what is not there."""

    code = "bad_catalogue_file"


class BadComparison(BadInput):
    """Fewer than two regions, too many, or the same one twice."""

    code = "bad_comparison"


class BadGold(BadInput):
    """A gold file with unknown labels or quotes that match nothing."""

    code = "bad_gold"


class BadReview(BadInput):
    """A review without a name, or one that says what cannot be."""

    code = "bad_review"


class BadPath(BadInput):
    """A path that is not there, or a folder without PDFs."""

    code = "bad_path"


class OutputExists(BadInput):
    """The file to write is there already, or cannot be written."""

    code = "output_exists"


class StoreError(StrategyError):
    """The data folder cannot be used as it is."""

    code = "store"


class CatalogueBusy(StoreError):
    """Another process is writing to the data folder."""

    code = "busy"


class CatalogueDamaged(StoreError):
    """The catalogue cannot be read."""

    code = "catalogue_damaged"


class CatalogueNewer(StoreError):
    """The data folder was made by a newer version."""

    code = "catalogue_newer"


class EncoderMismatch(StoreError):
    """The catalogue holds vectors of another encoder."""

    code = "encoder_mismatch"


class ModelError(StrategyError):
    """A model that is needed cannot be used."""

    code = "model"


class ModelMissing(ModelError):
    """An encoder cannot be loaded."""

    code = "model_missing"


class WeightsMismatch(ModelError):
    """Classifier weights were made for another encoder."""

    code = "weights_mismatch"
