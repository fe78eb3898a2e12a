"""Search over many made-up documents: how fast, in how much memory, and how long the start takes.

    python benchmarks/scale.py SOURCE FOLDER [--segments 50000] [--per-document 250] [--questions QUESTIONS.jsonl]
    python benchmarks/scale.py SOURCE FOLDER --paths [--chroma 50000]

The second compares the ways to the nearest vectors, with each filter: the exact product in memory and over
mapped float16, the index's codes, Chroma, and Chroma told which ids may be (of its first segments only).

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
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus.catalogue import Catalogue
from corpus.codes import widen
from corpus.folder import Folder, list_documents
from corpus.reading import Filter, read_document, read_vectors, read_words
from models.document import Block, Document, Guess, Page, Section, Segment, Sentence, make_id
from models.finding import KINDS, Analysis, Judgement
from service import search
from service.library import open_library
from service.nearness import Coded
from service.room import choose_candidates
from service.search import Searcher
from service.settings import load_settings
from service.wide import WideCloseness, WideSentences

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
        if (number + 1) % 100 == 0:
            print(f"{(number + 1) * each} segments after {time.perf_counter() - begin:.0f} s", flush=True)
    spent = time.perf_counter() - begin
    print(f"{segments} segments stored in {spent:.0f} s, {1000 * spent / segments:.1f} ms each")
    catalogue.close()


FILTERS = {
    "no filter": Filter(),
    "language": Filter(languages=("nb",)),
    "kind": Filter(kinds=("barrier",)),
    "region": Filter(regions=("Region 7",)),
    "years": Filter(year_from=2010, year_to=2015),
    "region, year": Filter(regions=("Region 7",), year_from=2007, year_to=2007),
}
PARTS = {
    "words chosen": (search, "choose_words"),
    "encoding": (Searcher, "_encode_query"),
    "words (BM25)": (search, "weigh_words"),
    "vectors, all": (Coded, "compare"),
    "vectors, best": (Coded, "refine"),
    "filter": (Searcher, "_pass"),
    "fusion": (search, "fuse"),
    "sentences of 50": (WideSentences, "cosines"),
    "words of 50": (WideCloseness, "measure"),
    "texts": (Searcher, "cut"),
    "read closely": (Searcher, "read"),
    "answered": (search, "is_answered"),
    "hits": (search, "make_hits"),
}
"""Parts of a search by where they are done; "read closely" looks at sentences once more."""


@contextmanager
def time_parts() -> Iterator[dict[str, list[float]]]:
    """Give the milliseconds of CPU (this thread) that each part takes, a number for each call."""
    spent: dict[str, list[float]] = {name: [] for name in PARTS}
    kept = [(owner, name, getattr(owner, name)) for owner, name in PARTS.values()]

    def watch(part: str, call: Callable[..., object]) -> Callable[..., object]:
        def timed(*given: object, **named: object) -> object:
            begin = time.thread_time()
            try:
                return call(*given, **named)
            finally:
                spent[part].append(1000 * (time.thread_time() - begin))

        return timed

    for part, (owner, name, call) in zip(PARTS, kept, strict=True):
        setattr(owner, name, watch(part, call))
    try:
        yield spent
    finally:
        for owner, name, call in kept:
            setattr(owner, name, call)


def ask(folder: Path, questions: list[str]) -> None:
    """Ask with and without filters, and print times and memory."""
    begin = time.perf_counter()
    with open_library(load_settings(folder), write=True) as library:
        if library.searcher.refresh_index():
            print(f"index made in {time.perf_counter() - begin:.0f} s")
    begin, used = time.perf_counter(), time.process_time()
    with time_parts() as spent, open_library(load_settings(folder)) as library:
        library.searcher.search("warm")
        print(
            f"first answer after {time.perf_counter() - begin:.1f} s (CPU {time.process_time() - used:.1f} s)"
        )
        begin, used = time.perf_counter(), time.process_time()
        library.searcher.prepare()
        print(
            f"prepared in {time.perf_counter() - begin:.1f} s more (CPU {time.process_time() - used:.1f} s)"
        )
        for number, (name, choice) in enumerate(FILTERS.items()):
            told = "first time" if not number else "encoding remembered"
            print(f"{name:13s} {ask_all(library.searcher, questions, choice)} ({told})")
            if not number:
                parts = [f"{part} {sum(held) / len(questions):.1f}" for part, held in spent.items()]
                print(f"  CPU ms a question, one thread: {', '.join(parts)}")
                print(
                    f"{'asked again':13s} {ask_all(library.searcher, questions, choice)} (answer remembered)"
                )
                library.searcher.open_room().answers.forget()
                print(f"{name:13s} {ask_all(library.searcher, questions, choice)} (encoding remembered)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sizes = {
        name: sum(one.stat().st_size for one in (folder / name).rglob("*") if one.is_file())
        for name in ("", "index")
    }
    print(
        f"peak memory {peak:.0f} MB, on disk {sizes[''] / 1e6:.0f} MB, of it index {sizes['index'] / 1e6:.0f} MB"
    )


def ask_all(searcher: Searcher, questions: list[str], choice: Filter) -> str:
    """Return how long questions take: wall and CPU of all threads."""
    spent, busy = [], []
    for question in questions:
        start, used = time.perf_counter(), time.process_time()
        searcher.search(question, choice)
        spent.append(1000 * (time.perf_counter() - start))
        busy.append(1000 * (time.process_time() - used))
    return (
        f"p50 {np.median(spent):6.1f} ms, p95 {np.quantile(spent, 0.95):6.1f} ms;"
        f" CPU p50 {np.median(busy):6.1f} ms, p95 {np.quantile(busy, 0.95):6.1f} ms"
    )


def compare_paths(folder: Path, questions: list[str], most: int) -> None:
    """Print time and recall@10 of each way to the nearest vectors, of which Chroma is given the first `most`."""
    with open_library(load_settings(folder)) as library:
        searcher = library.searcher
        place = searcher.open_room()
        queries = [searcher._encode(question)[0] for question in questions]
        wide = place.nearness._wide
        mapped = wide.index._vectors
        rows = np.concatenate([wide.read_vectors(at) for at in np.array_split(np.arange(len(mapped)), 50)])
        masks = {}
        with library.catalogue.read() as connection:
            for name, choice in FILTERS.items():
                mask = place.mask(connection, choice)
                masks[name] = np.flatnonzero(mask) if mask is not None else np.arange(len(rows))
    for name, passing in masks.items():
        ways = {
            "exact, in memory": lambda query, at: rows[at] @ query if len(at) < len(rows) else rows @ query,
            "exact, mapped": lambda query, at: widen(mapped[at]) @ query,
        }
        print(f"{name}: {len(passing)} of {len(rows)} segments pass")
        best = [passing[np.argsort(-(rows[passing] @ query))[:10]] for query in queries]
        for way, measure in ways.items():
            spent = [time_call(partial(measure, query, passing)) for query in queries[:5]]
            print(f"  {way:18s} {np.median(spent):7.1f} ms, recall@10 1.000")
        spent, found = [], []
        for query, wanted in zip(queries, best, strict=True):
            begin = time.perf_counter()
            about, _, _ = place.nearness.compare(query)
            near = choose_candidates(about, about, passing)
            order = near[np.argsort(-place.nearness.refine(query, near))[:10]]
            spent.append(1000 * (time.perf_counter() - begin))
            found.append(len(set(order.tolist()) & set(wanted.tolist())) / len(wanted))
        print(f"  {'codes':18s} {np.median(spent):7.1f} ms, recall@10 {np.mean(found):.3f}")
    if most:
        compare_chroma(rows[:most], {name: at[at < most] for name, at in masks.items()}, queries)


def compare_chroma(rows: np.ndarray, masks: dict[str, np.ndarray], queries: list[np.ndarray]) -> None:
    """Print what Chroma takes and finds, plain and told which ids may be."""
    import chromadb

    with tempfile.TemporaryDirectory() as folder:
        client = chromadb.PersistentClient(folder)
        held = client.create_collection(
            "rows", configuration={"hnsw": {"space": "ip"}}, embedding_function=None
        )
        begin = time.perf_counter()
        for at in range(0, len(rows), 5_000):
            part = rows[at : at + 5_000]
            held.add(ids=[str(at + n) for n in range(len(part))], embeddings=part)
        print(f"Chroma: {len(rows)} vectors added in {time.perf_counter() - begin:.0f} s")
        for name, passing in masks.items():
            names = [str(one) for one in passing.tolist()]
            told = {} if len(passing) == len(rows) else {"ids": names}
            spent, found = [], []
            for query in queries[:20]:
                begin = time.perf_counter()
                answer = held.query(query_embeddings=[query], n_results=10, include=[], **told)
                spent.append(1000 * (time.perf_counter() - begin))
                wanted = passing[np.argsort(-(rows[passing] @ query))[:10]]
                found.append(len({int(one) for one in answer["ids"][0]} & set(wanted.tolist())) / len(wanted))
            way = "Chroma, ids given" if told else "Chroma, plain"
            print(f"  {name}: {way} {np.median(spent):7.1f} ms, recall@10 {np.mean(found):.3f}")


def time_call(call: Callable[[], object]) -> float:
    """Return the milliseconds that a call takes."""
    begin = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - begin)


def main() -> None:
    """Make and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--segments", type=int, default=50_000)
    parser.add_argument("--per-document", type=int, default=250)
    golden = Path(__file__).resolve().parent.parent / "tests" / "golden" / "questions.jsonl"
    parser.add_argument("--questions", type=Path, default=golden)
    parser.add_argument("--paths", action="store_true", help="compare the ways to the nearest vectors")
    parser.add_argument("--chroma", type=int, default=0, help="segments given to Chroma")
    chosen = parser.parse_args()
    if not (chosen.folder / "catalogue.sqlite").exists():
        fill(chosen.folder, chosen.source, chosen.segments, chosen.per_document)
    lines = chosen.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["query"] for line in lines]
    if chosen.paths:
        compare_paths(chosen.folder, questions, chosen.chroma)
    else:
        ask(chosen.folder, questions)


if __name__ == "__main__":
    main()
