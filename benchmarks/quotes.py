"""Does every quote stand on the pages it cites, by the word of another reader?

    python benchmarks/quotes.py DATA_FOLDER

Each finding of the data folder is looked up in the text that pypdf alone gives of the cited
pages of the stored PDF (the product reads with another engine and joins lines). Letters only
are compared: white space, hyphens, punctuation, digits (footnote marks stick to words) and case
are dropped. A quote over a page break must stand in two halves; the cells of a table's row each
stand by themselves, since pypdf may give a table column by column. Prints one JSON line and
the quotes that are not found.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))


def letters(text: str) -> str:
    """Return the letters of a text, composed, small."""
    return re.sub(r"[\W\d_]", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=4)
def page_letters(path: Path) -> list[str]:
    """Return the letters of every page as pypdf reads them."""
    from pypdf import PdfReader

    return [letters(page.extract_text()) for page in PdfReader(path).pages]


def stands(quote: str, pages: list[str]) -> bool:
    """Say whether a quote stands on consecutive pages, whole or split over the break."""
    return all(cell_stands(letters(cell), pages) for cell in quote.split("\t"))


def cell_stands(wanted: str, pages: list[str]) -> bool:
    """Say the same of letters."""
    if any(wanted in page for page in pages):
        return True
    pairs = list(pairwise(pages))
    cuts = range(1, len(wanted))
    return any(wanted[:cut] in one and wanted[cut:] in other for one, other in pairs for cut in cuts)


def main() -> None:
    """Check every finding of a data folder."""
    from corpus.catalogue import Catalogue
    from corpus.folder import Folder, list_documents
    from corpus.reading import Filter, read_findings

    folder = Folder(Path(sys.argv[1]))
    files = {one["id"]: folder.pdf(one["sha256"]) for one in list_documents(folder)}
    names = {one["id"]: one["file"] for one in list_documents(folder)}
    catalogue = Catalogue.open(folder)
    with catalogue.read() as connection:
        found = read_findings(connection, Filter(), everything="--all" in sys.argv)
    missing = []
    for one in found:
        every = page_letters(files[one.document])
        if not stands(one.quote, [every[page.index - 1] for page in one.pages]):
            missing.append((names[one.document], [page.index for page in one.pages], one.quote))
    share = 1 - len(missing) / len(found) if found else 1.0
    print(json.dumps({"quotes": len(found), "standing": len(found) - len(missing), "share": round(share, 5)}))
    for file, pages, quote in missing:
        print(f"{file} p. {pages}: {quote[:160]!r}")


if __name__ == "__main__":
    main()
