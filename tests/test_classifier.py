import json
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from models.classifier import CARD, HEADS, choose_themes, load_classifier, name_weights, output_names
from models.document import Block, Document, Guess, Page, Section, Segment, Sentence
from models.errors import WeightsMismatch
from models.finding import KINDS
from models.passage import Encoded, encode_document
from models.taxonomy import Term, load_taxonomy

WEIGHTS = Path(str(files("models") / "weights"))


def make_document(parts, language="nb", regions=("Testfylket",)):
    """Lay out (type, text or rows) in order; a heading opens a section of level 1, "heading2" of level 2."""
    text, blocks, sections, sentences, segments = "", [], [], [], []
    stack = [None, None]
    for kind, *given in parts:
        said = given[0] if isinstance(given[0], list) else [given[0]]
        start = len(text)
        if kind.startswith("heading"):
            level = int(kind[7:] or 1)
            number = said[0].split()[0] if said[0][0].isdigit() else None
            parent = stack[0] if level == 2 else None
            sections.append(
                Section(title=said[0], number=number, level=level, parent=parent, block=len(blocks))
            )
            stack[level - 1] = len(sections) - 1
            section = len(sections) - 1
        else:
            section = len(sections) - 1 if sections else None
        unit = {"heading": "heading", "heading2": "heading", "list_item": "bullet", "table": "row"}.get(
            kind, "sentence"
        )
        first = len(sentences)
        for one in said:
            at = len(text)
            text += one
            sentences.append(
                Sentence(
                    start=at, end=len(text), block=len(blocks), section=section, language=language, unit=unit
                )
            )
            text += "\n" if kind == "table" else " "
        rows = tuple(tuple(one.split("\t")) for one in said) if kind == "table" else ()
        type_ = "heading" if unit == "heading" else kind
        blocks.append(
            Block(start=start, end=len(text) - 1, type=type_, rows=rows, order=len(blocks), section=section)
        )
        segments.append(
            Segment(
                start=start,
                end=len(text) - 1,
                section=section,
                language=language,
                first=first,
                last=len(sentences) - 1,
            )
        )
        text = text[:-1] + "\n"
    return Document(
        id="d" * 12, file="d.pdf", sha256="0" * 64, text=text, pages=(Page(start=0, end=len(text), index=1),),
        blocks=tuple(blocks), sections=tuple(sections), sentences=tuple(sentences), segments=tuple(segments),
        guess=Guess(regions=regions),
    )  # fmt: skip


STRATEGY = make_document([
    ("heading", "1 Innledning"),
    ("paragraph", ["Rapporten bygger på 40 intervjuer og to arbeidsverksteder.", "Kapittel 2 beskriver metoden nærmere."]),
    ("heading", "2 Våre satsingsområder"),
    ("paragraph", ["Fylkestinget har valgt tre satsingsområder for smart spesialisering:"]),
    ("list_item", "Havvind"),
    ("list_item", "Trebaserte materialer"),
    ("list_item", "Helseteknologi"),
    ("heading", "3 Havvind"),
    ("paragraph", ["Verftene i Testfylket er verdensledende på tunge løft og har et sterkt kompetansemiljø.",
                   "Mangel på ingeniører er den største barrieren for vekst i næringen.",
                   "Staten bør opprette et såkornfond for leverandørene.",
                   "Det er store muligheter for eksport til et marked i vekst.",
                   "I Sverige er utfordringen en annen."]),
])  # fmt: skip


@pytest.fixture(scope="module")
def encoder():
    from models.encoder import load_encoder

    return load_encoder(None)


@pytest.fixture(scope="module")
def classifier(encoder):
    return load_classifier(encoder.fingerprint, load_taxonomy())


@pytest.fixture(scope="module")
def analysis(classifier, encoder):
    return classifier.classify(STRATEGY, encode_document(STRATEGY, encoder, classifier.lens))


def encoded(classifier, count, value):
    """Rows of one value for so many sentences, each a segment."""
    rows = np.full((count, 384), value, dtype=np.float32)
    return Encoded(rows, rows, np.full((count, classifier.lens.shape[1]), value, dtype=np.float32))


def judgement(analysis, start):
    place = next(n for n, one in enumerate(STRATEGY.sentences) if STRATEGY.quote(one).startswith(start))
    return analysis.judgements[place]


def test_plain_statements_are_told(analysis):
    assert "barrier" in judgement(analysis, "Mangel på").labels
    assert {"skills", "labour"} & set(judgement(analysis, "Mangel på").themes)
    measure = judgement(analysis, "Staten bør")
    assert measure.labels[0] == "measure"
    assert "finance" in measure.themes
    assert "state" in measure.actors
    assert "strength" in judgement(analysis, "Verftene i").labels
    assert "opportunity" in judgement(analysis, "Det er store").labels
    assert judgement(analysis, "Rapporten bygger").labels == ()
    assert judgement(analysis, "Kapittel 2").labels == ()


@pytest.mark.parametrize(
    "scores,cues,chosen",
    [
        (
            [0.9, 0.1, 0.2, 0.1],
            [1, 1, 0, 0],
            [0],
        ),  # a word speaks of the theme: another's single word is not enough
        ([0.9, 0.1, 0.2, 0.1], [1, 2, 0, 0], [0, 1]),
        ([0.9, 0.1, 0.2, 0.1], [0, 1, 1, 0], [0, 1]),
        ([0.9, 0.1, 0.2, 0.1], [0, 0, 0, 0], [0]),
        ([0.9, 0.8, 0.7, 0.1], [0, 0, 0, 3], [0, 1, 2]),
    ],
)
def test_themes_are_what_the_heads_choose_and_what_the_words_say(scores, cues, chosen):
    assert choose_themes(np.array(scores), np.array(cues), 0.5) == chosen


def test_every_sentence_has_calibrated_scores_and_terms_only_where_they_belong(analysis):
    assert len(analysis.judgements) == len(STRATEGY.sentences)
    for one in analysis.judgements:
        assert set(one.kinds) == set(KINDS)
        assert all(0.0 <= score <= 1.0 for score in one.kinds.values())
        assert [one.kinds[kind] for kind in one.labels] == sorted(
            (one.kinds[kind] for kind in one.labels), reverse=True
        )
        if not {"barrier", "measure"} & set(one.labels):
            assert one.themes == ()
        if "measure" not in one.labels:
            assert one.actors == ()
        assert len(one.themes) <= 3


def test_the_listed_areas_are_found_and_own_their_sentences(analysis):
    assert {area.name for area in analysis.areas} == {"Havvind", "Trebaserte materialer", "Helseteknologi"}
    wind = next(area for area in analysis.areas if area.name == "Havvind")
    assert "havvind" in STRATEGY.text[wind.start : wind.end].casefold()
    assert judgement(analysis, "Staten bør").focus_area == "Havvind"
    assert judgement(analysis, "Kapittel 2").focus_area == "general"
    for kind, places in wind.headlines.items():
        assert len(set(places)) == len(places)
        assert all(analysis.judgements[at].kinds[kind] >= 0.5 for at in places)


def test_a_sentence_on_another_country_has_its_region(analysis):
    assert judgement(analysis, "I Sverige er").region == "Sverige"
    assert judgement(analysis, "Mangel på").region is None


def test_the_same_document_gives_the_same_analysis(analysis, classifier, encoder):
    assert classifier.classify(STRATEGY, encode_document(STRATEGY, encoder, classifier.lens)) == analysis


def test_what_cannot_be_read_states_nothing(classifier):
    document = make_document([("paragraph", ["Kommunene bør ansette flere ingeniører."])], language="fi")
    judged = classifier.classify(document, encoded(classifier, 1, 1.0)).judgements[0]
    assert (judged.labels, set(judged.kinds.values())) == ((), {0.0})
    norsk = make_document([("paragraph", ["Kommunene bør ansette flere ingeniører."])])
    assert classifier.classify(norsk, encoded(classifier, 1, 0.0)).judgements[0].labels == ()
    empty = make_document([])
    assert classifier.classify(empty, encoded(classifier, 0, 0.0)).judgements == ()


@pytest.mark.parametrize(
    "said", ["(((((" * 200, "bør " * 4000, "\ud83d\ude00 må", "1.1.1.1.1.1. : ; , og", "I" * 5000]
)
def test_hostile_sentences_are_only_judged(classifier, said):
    document = make_document([("heading", "Satsingsområder"), ("paragraph", [said]), ("list_item", said)])
    assert len(classifier.classify(document, encoded(classifier, 3, 0.05)).judgements) == 3


def test_weights_of_another_encoder_are_refused(encoder):
    with pytest.raises(WeightsMismatch) as caught:
        load_classifier("0123456789ab", load_taxonomy())
    assert "0123456789ab" in caught.value.message


def test_damaged_weights_are_refused(encoder, tmp_path):
    shutil.copy(WEIGHTS / CARD, tmp_path)
    with pytest.raises(WeightsMismatch):
        load_classifier(encoder.fingerprint, load_taxonomy(), tmp_path)
    (tmp_path / HEADS).write_bytes(b"PK not weights")
    with pytest.raises(WeightsMismatch):
        load_classifier(encoder.fingerprint, load_taxonomy(), tmp_path)


def test_the_card_is_of_these_weights_and_small():
    card = json.loads((WEIGHTS / CARD).read_text(encoding="utf-8"))
    assert card["labeller"] == name_weights(WEIGHTS / HEADS)
    assert tuple(card["outputs"]) == output_names(load_taxonomy())
    assert (WEIGHTS / HEADS).stat().st_size < 3_000_000
    assert {"left_document", "left_section", "cue_words", "own_left_section"} <= set(card["scores"])


def test_a_theme_of_the_users_own_works_by_its_cues(encoder):
    taxonomy = load_taxonomy()
    mine = Term(id="peat", labels={"en": "peat"}, cues={"nb": ("ingeniører",)})
    wider = taxonomy.model_copy(update={"themes": (*taxonomy.themes, mine)})
    classifier = load_classifier(encoder.fingerprint, wider)
    analysis = classifier.classify(STRATEGY, encode_document(STRATEGY, encoder, classifier.lens))
    assert "peat" in judgement(analysis, "Mangel på").themes
