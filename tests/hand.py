"""Catalogues made by hand: documents of one sentence a row, with the findings that the row says."""

import json
from pathlib import Path

import numpy as np

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from models.document import Block, Document, Guess, Page, Section, Segment, Sentence, make_id
from models.finding import Analysis, AreaDraft, Judgement

GOLD = Path(__file__).resolve().parent.parent / "corpus" / "samples" / "gold"


def build(
    name, regions, rows, areas=(), *, language="nb", vectors=None, readable=True, words_per_page=5, year=2024
):
    """A document of one sentence a row: (text, kinds, themes, area, region), and its analysis.

    Kinds without scores are a person's word and score 1.
    """
    texts = [row[0] for row in rows]
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    text = "".join(f"{one}\n" for one in texts)
    cuts = [int(one) for one in starts[:-1:words_per_page]]
    pages = tuple(
        Page(index=n, label=str(n + 2), start=a, end=b, state="text" if readable else "unreadable")
        for n, (a, b) in enumerate(zip(cuts, [*cuts[1:], len(text)], strict=True), 1)
    )
    spans = [(int(a), int(a) + len(one)) for a, one in zip(starts, texts, strict=False)]
    sentences = tuple(
        Sentence(start=a, end=b, block=n, section=0, language=language) for n, (a, b) in enumerate(spans)
    )
    sha256 = make_id("sha", name, text).ljust(64, "0")
    document = Document(
        id=make_id("document", sha256),
        file=f"{name}.pdf",
        sha256=sha256,
        text=text,
        pages=pages,
        blocks=tuple(
            Block(type="paragraph", start=a, end=b, order=n, section=0) for n, (a, b) in enumerate(spans)
        ),
        sections=(Section(title=name, level=1),),
        sentences=sentences,
        segments=(
            Segment(start=0, end=spans[-1][1], section=0, language=language, first=0, last=len(spans) - 1),
        ),
        languages=(language,),
        guess=Guess(title=name, regions=tuple(regions), year=year, type="strategy"),
    )
    judged = tuple(
        Judgement(
            labels=tuple(kinds),
            kinds=kinds if isinstance(kinds, dict) else dict.fromkeys(kinds, 1.0),
            themes=tuple(themes),
            focus_area=area or "general",
            region=region,
        )
        for _, kinds, themes, area, region in (tuple(row) + (None,) * (5 - len(row)) for row in rows)
    )
    drafts = []
    for given_name, aliases in areas:
        first = next((n for n, row in enumerate(rows) if len(row) > 3 and row[3] == given_name), 0)
        drafts.append(AreaDraft(name=given_name, aliases=aliases, start=spans[first][0], end=spans[first][1]))
    if vectors is None:
        vectors = np.zeros((len(rows), 4), dtype=np.float32)
    return (
        document,
        Analysis(judgements=judged, areas=tuple(drafts), labeller="hand"),
        np.asarray(vectors, dtype=np.float32),
    )


def keep(path, *documents):
    catalogue = Catalogue.open(Folder(path), write=True)
    catalogue.use_encoder("hand", "hand", 4)
    for document, analysis, vectors in documents:
        catalogue.store(document, analysis, np.zeros((1, vectors.shape[1]), dtype=np.float32), vectors)
    return catalogue


def read_truth(slug):
    rows = [
        json.loads(line)
        for line in (GOLD / f"findings_{slug}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    told = json.loads((GOLD / f"focus_areas_{slug}.json").read_text(encoding="utf-8"))
    areas = [(one["name"], tuple(one["aliases"])) for one in told["focus_areas"]]
    lines = [(one["quote"], one["kinds"], one["themes"], one["focus_area"][0], None) for one in rows]
    return build(slug, [told["region"]], lines, areas, language=rows[0]["lang"])
