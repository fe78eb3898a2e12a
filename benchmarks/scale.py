"""Search over many made-up documents: how fast, in how much memory, and how long the start takes.

    python benchmarks/scale.py SOURCE FOLDER [--segments 50000] [--per-document 250] [--questions QUESTIONS.jsonl]

FOLDER is made anew unless it holds a catalogue. Each document has the language of one of SOURCE and words drawn as
often as they stand there; a vector is the mean of two real ones of that language with noise, so that they lie in
clusters as real ones do, and the bits of a segment's words are those of a real one. What the texts say means
nothing: only times and sizes are measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus.catalogue import Catalogue
from corpus.folder import Folder, list_documents
from corpus.reading import Filter, read_document, read_vectors, read_words
from models.document import Block, Document, Guess, Page, Section, Segment, Sentence, make_id
from models.finding import KINDS, Analysis, Judgement
from service.library import open_library
from service.settings import load_settings

SENTENCES, WORDS = 4, 18
"""Sentences of a segment and words of a sentence; the shared files have about as many."""
NOISE = 0.5
"""Length of the noise beside a mean of two unit vectors."""
LABELLED = 0.2
"""Share of sentences that have a kind."""


@dataclass(frozen=True)
class Stock:
    """Words of a language with their shares, vectors of its segments and sentences, and its segments' bits."""

    words: np.ndarray
    shares: np.ndarray
    segments: np.ndarray
    sentences: np.ndarray
    bits: list[np.ndarray]


def read_stock(source: Path) -> dict[str, Stock]:
    """Return the stock of each language that a catalogue has."""
    words: dict[str, Counter] = {}
    vectors: dict[str, tuple[list, list]] = {}
    bits: dict[str, list[np.ndarray]] = {}
    catalogue = Catalogue.open(Folder(source))
    with catalogue.read() as connection:
        for row in list_documents(catalogue.folder):
            document = read_document(connection, row["id"])
            language = document.languages[0]
            words.setdefault(language, Counter()).update(document.text.split())
            kept = vectors.setdefault(language, ([], []))
            for rows, what in zip(kept, ("segments", "sentences"), strict=True):
                rows.append(read_vectors(connection, what, document.id))
            sizes, held = read_words(connection, document.id)
            bits.setdefault(language, []).extend(np.split(held, np.cumsum(sizes)[:-1]))
    catalogue.close()
    stock = {}
    for language, counts in words.items():
        shares = np.array(list(counts.values()), dtype=float)
        rows = (np.concatenate(one) for one in vectors[language])
        stock[language] = Stock(np.array(list(counts)), shares / shares.sum(), *rows, bits[language])
    return stock


def draw_vectors(chance: np.random.Generator, rows: np.ndarray, count: int) -> np.ndarray:
    """Return made-up unit vectors, float32 (count, d)."""
    mixed = rows[chance.integers(len(rows), size=count)] + rows[chance.integers(len(rows), size=count)]
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    mixed += chance.normal(scale=NOISE / np.sqrt(rows.shape[1]), size=mixed.shape)
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def make_document(
    chance: np.random.Generator, number: int, language: str, stock: Stock, count: int
) -> tuple[Document, Analysis]:
    """Return a document of `count` segments, of one section and a page a segment."""
    drawn = chance.choice(stock.words, size=(count * SENTENCES, WORDS), p=stock.shares)
    texts = [" ".join(row) + "." for row in drawn]
    ends = np.cumsum([len(one) + 1 for one in texts])
    starts = ends - [len(one) + 1 for one in texts]
    text, title = " ".join(texts) + " ", f"Document {number}"
    sentences = tuple(
        Sentence(start=int(a), end=int(b) - 1, block=0, section=0, language=language)
        for a, b in zip(starts, ends, strict=True)
    )
    edges = [0, *(int(ends[n]) for n in range(SENTENCES - 1, len(ends), SENTENCES))]
    segments = tuple(
        Segment(start=edges[n], end=edges[n + 1] - 1, section=0, language=language, first=n * SENTENCES,
                last=n * SENTENCES + SENTENCES - 1)
        for n in range(count)
    )  # fmt: skip
    pages = tuple(Page(index=n + 1, label=None, start=edges[n], end=edges[n + 1]) for n in range(count))
    sha256 = f"{number:064x}"
    document = Document(
        id=make_id("document", sha256), file=f"{number}.pdf", sha256=sha256, text=text, pages=pages,
        blocks=(Block(type="paragraph", start=0, end=len(text), order=0, section=0),),
        sections=(Section(title=title, level=1, block=0),), sentences=sentences, segments=segments,
        languages=(language,), guess=Guess(title=title, regions=(f"Region {number % 50}",), year=2000 + number % 25),
    )  # fmt: skip
    labelled = chance.random(len(sentences)) < LABELLED
    kinds = chance.choice(KINDS, size=len(sentences))
    judged = tuple(
        Judgement(labels=(kind,), kinds={kind: 0.8}) if is_labelled else Judgement()
        for kind, is_labelled in zip(kinds.tolist(), labelled, strict=True)
    )
    return document, Analysis(judgements=judged, labeller="made up")


def fill(folder: Path, source: Path, segments: int, each: int) -> None:
    """Make the documents."""
    stock, chance = read_stock(source), np.random.default_rng(1)
    languages = sorted(stock)
    catalogue = Catalogue.open(Folder(folder), write=True)
    with open_library(load_settings(source)) as library:
        encoder = library.encoder
        catalogue.use_encoder(encoder.name, encoder.fingerprint, encoder.dimension)
    begin = time.perf_counter()
    for number in range(segments // each):
        language = languages[number % len(languages)]
        one = stock[language]
        document, analysis = make_document(chance, number, language, one, each)
        vectors = (
            draw_vectors(chance, one.segments, each),
            draw_vectors(chance, one.sentences, each * SENTENCES),
            [one.bits[n] for n in chance.integers(len(one.bits), size=each).tolist()],
        )
        catalogue.store(document, analysis, *vectors)
    spent = time.perf_counter() - begin
    print(f"{segments} segments stored in {spent:.0f} s, {1000 * spent / segments:.1f} ms each")
    catalogue.close()


def ask(folder: Path, questions: list[str]) -> None:
    """Ask with and without filters, and print times and memory."""
    filters = {
        "no filter": Filter(),
        "language": Filter(languages=("nb",)),
        "kind": Filter(kinds=("barrier",)),
        "region": Filter(regions=("Region 7",)),
        "years": Filter(year_from=2010, year_to=2015),
    }
    begin = time.perf_counter()
    with open_library(load_settings(folder)) as library:
        library.searcher.search("warm")
        print(f"first answer after {time.perf_counter() - begin:.1f} s")
        begin = time.perf_counter()
        library.searcher.prepare()
        print(f"prepared in {time.perf_counter() - begin:.1f} s more")
        for name, choice in filters.items():
            spent, busy = [], []
            for question in questions:
                start, used = time.perf_counter(), time.process_time()
                library.searcher.search(question, choice)
                spent.append(1000 * (time.perf_counter() - start))
                busy.append(1000 * (time.process_time() - used))
            print(
                f"{name:10s} p50 {np.median(spent):6.1f} ms, p95 {np.quantile(spent, 0.95):6.1f} ms;"
                f" CPU p50 {np.median(busy):6.1f} ms, p95 {np.quantile(busy, 0.95):6.1f} ms"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6
    print(f"peak memory {peak:.0f} MB, on disk {size:.0f} MB")


def main() -> None:
    """Make and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--segments", type=int, default=50_000)
    parser.add_argument("--per-document", type=int, default=250)
    golden = Path(__file__).resolve().parent.parent / "tests" / "golden" / "questions.jsonl"
    parser.add_argument("--questions", type=Path, default=golden)
    chosen = parser.parse_args()
    if not (chosen.folder / "catalogue.sqlite").exists():
        fill(chosen.folder, chosen.source, chosen.segments, chosen.per_document)
    lines = chosen.questions.read_text(encoding="utf-8").splitlines()
    ask(chosen.folder, [json.loads(line)["query"] for line in lines])


if __name__ == "__main__":
    main()
