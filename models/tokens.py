"""Words of a text: spaCy's blank pipelines for our languages, with our sentences in them.

A blank pipeline holds rules only, no model. Its tokenizer reads about 160,000 words a
second once it has seen them (50,000 before), our sentence rules 350,000: so sentences
alone are taken from models/sentences.py, and a pipeline is used where tokens are matched.
The one file that imports spaCy; patterns go in through `nlp.add_pipe("entity_ruler")`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from models.sentences import split_sentences

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

_SPACY_CODES = ("nb", "nn", "sv", "da", "en", "fi")
_COMPONENT = "strategi_sentences"
# Characters that one call of a pipeline takes: spaCy's own bound is a million, at some 1 GB of memory.
MAX_CHARACTERS = 200_000


def load_pipeline(language: str) -> Pipeline:
    """Return the pipeline of a language, shared by all callers: tokens and our sentences.

    `doc.sents` are those of `split_sentences`, save that a border inside a token moves to
    the token's end. Languages other than ours get spaCy's neutral tokenizer.
    """
    return _build(language if language in _SPACY_CODES else "xx")


def make_phrase_matcher(language: str) -> PhraseMatcher:
    """Return an empty matcher of phrases in lower case over the vocabulary of the language's pipeline."""
    from spacy.matcher import PhraseMatcher

    return PhraseMatcher(load_pipeline(language).vocab, attr="LOWER")


@cache
def _build(code: str) -> Pipeline:
    import spacy
    from spacy.language import Language as Pipeline

    if not Pipeline.has_factory(_COMPONENT):
        Pipeline.component(_COMPONENT, func=mark_sentences)
    pipeline = spacy.blank(code)
    pipeline.max_length = MAX_CHARACTERS
    pipeline.add_pipe(_COMPONENT)
    return pipeline


def mark_sentences(doc: Doc) -> Doc:
    """Set `is_sent_start` on every token by our rules."""
    borders = [end for _, end in split_sentences(doc.text, doc.lang_)]
    at = 0
    starts = True
    for token in doc:
        token.is_sent_start = starts
        starts = False
        while at < len(borders) and token.idx + len(token) >= borders[at]:
            starts = True
            at += 1
    return doc
