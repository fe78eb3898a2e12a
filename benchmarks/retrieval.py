"""Public question sets through this project's own index and search.

    python benchmarks/retrieval.py FILE… [--cache DIR] [--peer]

A file is {"docs": [paragraph…], "q": [[question, [index of a right paragraph…]]…]}. Prints
R@1 and R@5 (success), MRR@10 and nDCG@10 for BM25 over words, BM25 over grams, the encoder
alone, and search. Nothing is fitted on these sets. `--peer` adds txtai (`pip install txtai`), hybrid
as it comes, with the same vectors: it is given ours, so that its encoder's speed does not count.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from corpus.grams import FORM, cut_grams, split_words
from corpus.reading import Filter
from models.document import Block, Document, Guess, Page, Segment, Sentence, make_id
from models.encoder import load_encoder
from models.finding import Analysis, Judgement
from models.language import identify
from models.passage import build_passages
from models.sentences import split_sentences
from models.taxonomy import load_taxonomy
from models.words import load_signs
from service.search import Searcher
from service.wording import read_wording

AT = 10
STEP = 64
"""Paragraphs encoded at a time."""


def make_document(paragraphs: list[str]) -> Document:
    """Return one document in which every paragraph is a block and a segment."""
    text, blocks, sentences, segments = "", [], [], []
    for number, paragraph in enumerate(paragraphs):
        start = len(text)
        language = identify(paragraph)
        first = len(sentences)
        for a, b in split_sentences(paragraph, language):
            sentences.append(Sentence(start=start + a, end=start + b, block=number, language=language))
        segments.append(
            Segment(
                start=start,
                end=start + len(paragraph),
                language=language,
                first=first,
                last=len(sentences) - 1,
            )
        )
        blocks.append(Block(type="paragraph", start=start, end=start + len(paragraph), order=number))
        text += paragraph + "\n\n"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        id=make_id("document", sha256), file="set.json", sha256=sha256, text=text,
        pages=(Page(index=1, start=0, end=len(text)),), blocks=tuple(blocks), sections=(),
        sentences=tuple(sentences), segments=tuple(segments), guess=Guess(title="set"),
    )  # fmt: skip


def encode(
    document: Document, encoder, cache: Path | None
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Encode in steps, kept in `cache` so that a run can be taken up again; segments, sentences and words."""
    passages, signs = build_passages(document), load_signs(encoder)
    rows, sentences = [], np.zeros((len(document.sentences), encoder.dimension), np.float32)
    words: list[np.ndarray] = []
    for at in range(0, len(passages.texts), STEP):
        kept = cache / f"{document.id}-{encoder.fingerprint}-{at}.npz" if cache else None
        if kept and kept.exists():
            with np.load(kept) as held:
                part, pooled, counts, bits = (held[one] for one in ("part", "pooled", "counts", "bits"))
        else:
            texts, spans = passages.texts[at : at + STEP], passages.spans[at : at + STEP]
            read = sorted(encoder.read_spans(texts, spans), key=lambda one: one.index)
            part = np.array([one.vector for one in read])
            pooled = np.concatenate([one.rows for one in read if len(one.rows)])
            counts = np.array([len(one.words) for one in read])
            bits = np.concatenate([signs.pack(one.words) for one in read])
            if kept:
                np.savez(kept, part=part, pooled=pooled, counts=counts, bits=bits)
        words += np.split(bits, np.cumsum(counts)[:-1])
        rows.append(part)
        owners = [one for ones in passages.owners[at : at + STEP] for one in ones]
        sentences[owners] = pooled
    return np.concatenate(rows), sentences, words


def score_ranks(ranks: list[list[int]], counts: list[int]) -> dict[str, float]:
    """Return the measures; `ranks` are places from 1 of the right ones within the first ten."""
    best = [min(one, default=math.inf) for one in ranks]
    gains = [sum(1 / math.log2(1 + rank) for rank in one) for one in ranks]
    ideal = [sum(1 / math.log2(1 + rank) for rank in range(1, min(count, AT) + 1)) for count in counts]
    return {
        "R@1": float(np.mean([one <= 1 for one in best])),
        "R@5": float(np.mean([one <= 5 for one in best])),
        "MRR@10": float(np.mean([1 / one if one <= AT else 0.0 for one in best])),
        "nDCG@10": float(np.mean([got / most for got, most in zip(gains, ideal, strict=True)])),
    }


def measure(
    name: str, rank: Callable[[str], np.ndarray], questions: list, say: Callable[[str], None]
) -> None:
    """Print one row."""
    start = time.perf_counter()
    ranks = []
    for question, right in questions:
        top = rank(question)[:AT].tolist()
        ranks.append([top.index(one) + 1 for one in dict.fromkeys(right) if one in top])
    scores = score_ranks(ranks, [len(set(right)) for _, right in questions])
    each = (time.perf_counter() - start) / len(questions) * 1000
    say(f"| {name} | " + " | ".join(f"{100 * value:.1f}" for value in scores.values()) + f" | {each:.1f} |")


def cut_words(query: str) -> list[str]:
    """Return a query's words as terms."""
    return [FORM + one for one in dict.fromkeys(split_words(query))]


def cut_all(query: str) -> list[str]:
    """Return a query's grams."""
    return list(dict.fromkeys(gram for one in split_words(query) for gram in cut_grams(one)))


def build_peer(paragraphs: list[str], rows: np.ndarray, encoder) -> Callable[[str], np.ndarray]:
    """Return txtai's ranking of the paragraphs, hybrid with its own weights, over these vectors."""
    from txtai import Embeddings

    known = dict(zip(paragraphs, rows, strict=True))

    def transform(texts: list[str]) -> np.ndarray:
        return np.array([known[one] if one in known else encoder.encode_queries([one])[0] for one in texts])

    peer = Embeddings(method="external", transform=transform, hybrid=True, content=False)
    peer.index(enumerate(paragraphs))
    return lambda query: np.array([number for number, _ in peer.search(query, AT)], dtype=np.intp)


def run(path: Path, encoder, cache: Path | None, say: Callable[[str], None], *, peer: bool = False) -> None:
    """Measure one set."""
    data = json.loads(path.read_text(encoding="utf-8"))
    document = make_document(data["docs"])
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue.open(Folder(Path(folder)), write=True)
        catalogue.use_encoder(encoder.name, encoder.fingerprint, encoder.dimension)
        analysis = Analysis(judgements=(Judgement(),) * len(document.sentences))
        catalogue.store(document, analysis, *encode(document, encoder, cache))
        searcher = Searcher(catalogue, encoder, load_taxonomy())
        searcher.prepare()
        room = searcher.open_room()
        say(f"\n{path.name}: {len(data['docs'])} paragraphs, {len(data['q'])} questions\n")
        say("| method | R@1 | R@5 | MRR@10 | nDCG@10 | ms |\n|---|---|---|---|---|---|")
        with catalogue.read() as connection:

            def by_terms(cut: Callable[[str], list[str]]) -> Callable[[str], np.ndarray]:
                return lambda query: np.argsort(-room.ranker.score(connection, cut(query))[0], kind="stable")

            def by_search(query: str) -> np.ndarray:
                return searcher.find(connection, room, read_wording(query), Filter()).rows

            def by_encoder(query: str) -> np.ndarray:
                return np.argsort(-(room.shelf.vectors @ encoder.encode_queries([query])[0]), kind="stable")

            measure("BM25, words", by_terms(cut_words), data["q"], say)
            measure("BM25, grams", by_terms(cut_all), data["q"], say)
            measure("encoder", by_encoder, data["q"], say)
            measure("search", by_search, data["q"], say)
            if peer:
                rows = room.shelf.vectors
                measure("txtai, hybrid", build_peer(data["docs"], rows, encoder), data["q"], say)
        catalogue.close()


def main() -> None:
    """Run over the files named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, help="folder for vectors, so that a second run does not encode")
    parser.add_argument("--peer", action="store_true", help="compare with txtai")
    chosen = parser.parse_args()
    if chosen.cache:
        chosen.cache.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder()
    for path in chosen.files:
        run(path, encoder, chosen.cache, print, peer=chosen.peer)


if __name__ == "__main__":
    main()
