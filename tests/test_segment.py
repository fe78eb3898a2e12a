"""Sentences and segments of any layout: inside their blocks, in order, each exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.outline import Layout
from ingest.segment import LONGEST, _cut_rows, cut
from models.document import FURNITURE, Block, Page, Section

KINDS = ["paragraph", "paragraph", "list_item", "heading", "table", "caption", "footnote",
         "contents", "references", "header", "footer"]  # fmt: skip
WORDS = "Regionen skal styrke næringslivet i kap. 3 bl.a. ved 1. mai Det er uklart: (se) vekst! EU"


def count_words(texts):
    """Tokens as words, and the two special ones that an encoder adds."""
    return [len(text.split()) + 2 for text in texts]


def lay_out(parts, sections=()):
    """A layout of (type, text, section) parts, one under the other."""
    text, blocks = "", []
    for number, (kind, own, section, *more) in enumerate(parts):
        text += "\n" if number else ""
        extra = more[0] if more else {}
        blocks.append(
            Block(
                start=len(text), end=len(text) + len(own), type=kind, section=section, order=number, **extra
            )
        )
        text += own
    found = sections or tuple(Section(title=f"S{n}", level=1) for n in range(9))
    return Layout(text, (Page(start=0, end=len(text), index=1),), tuple(blocks), found)


def texts_of(layout, spans):
    return [layout.text[span.start : span.end] for span in spans]


prose = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=60).map(" ".join)
rows = st.lists(
    st.lists(st.sampled_from(["Ja", "", "Energi"]), min_size=2, max_size=3), min_size=1, max_size=4
)
tables = rows.map(lambda cells: "\n".join("\t".join(row) for row in cells))


@st.composite
def layouts(draw):
    section, parts = None, []
    for _ in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(KINDS))
        if kind == "heading":
            section = 0 if section is None else section + draw(st.integers(0, 1))
        text = draw(tables if kind == "table" else prose)
        if text.strip():
            parts.append((kind, text, min(section, 8) if section is not None else None))
    return lay_out(parts)


@given(layouts(), st.sampled_from([5, 20, 200]))
def test_sentences_are_inside_their_blocks_and_in_order(layout, bound):
    sentences, _, _ = cut(layout, count_words, bound=bound)
    at = 0
    for sentence in sentences:
        block = layout.blocks[sentence.block]
        assert block.start <= sentence.start < sentence.end <= block.end
        assert at <= sentence.start
        assert sentence.section == block.section
        assert block.type not in FURNITURE
        at = sentence.end


@given(layouts(), st.sampled_from([5, 20, 200]))
def test_every_character_of_the_body_is_in_one_sentence(layout, bound):
    sentences, _, _ = cut(layout, count_words, bound=bound)
    held = {at for sentence in sentences for at in range(sentence.start, sentence.end)}
    for block in layout.blocks:
        inside = {at for at in range(block.start, block.end) if not layout.text[at].isspace()}
        assert inside.isdisjoint(held) if block.type in FURNITURE else inside <= held


@given(layouts(), st.sampled_from([5, 20, 200]))
def test_segments_hold_each_sentence_once_and_nothing_else(layout, bound):
    sentences, segments, _ = cut(layout, count_words, bound=bound)
    assert [n for segment in segments for n in range(segment.first, segment.last + 1)] == list(
        range(len(sentences))
    )
    for segment in segments:
        own = sentences[segment.first : segment.last + 1]
        assert (segment.start, segment.end) == (own[0].start, own[-1].end)
        assert {one.section for one in own} == {segment.section}
        between = [layout.text[a.end : b.start] for a, b in zip(own, own[1:], strict=False)]
        assert not "".join(between).strip()
        tokens = sum(count_words(texts_of(layout, own))) - 2 * len(own)
        headings = sum(one.unit == "heading" for one in own)
        assert tokens <= bound or len(own) - headings <= 1


@given(layouts())
def test_noise_is_kept_apart(layout):
    sentences, segments, _ = cut(layout, count_words)
    for segment in segments:
        kinds = {layout.blocks[one.block].type for one in sentences[segment.first : segment.last + 1]}
        assert segment.noise in ("", "contents", "references")
        if kinds & {"contents", "references"}:
            assert kinds <= {segment.noise, "heading"}
        if "footnote" in kinds:
            assert kinds == {"footnote"}


@given(layouts())
def test_the_same_layout_gives_the_same_segments(layout):
    assert cut(layout, count_words) == cut(layout, count_words)


def test_units_follow_the_blocks():
    layout = lay_out([
        ("title", "Strategi for regionen", None),
        ("heading", "1 Innledning", 0),
        ("paragraph", "Dette er en setning. Dette er en til.", 0),
        ("list_item", "Flere lærlinger", 0),
        ("list_item", "Regionen trenger flere folk nå. Det må derfor satses mer på fag.", 0),
        ("table", "År\tAntall\n2020\t14", 0),
        ("caption", "Figur 1. Antall ansatte. Kilde: SSB", 0),
        ("footnote", "Se kap. 3. Tilgjengelig her.", 0),
    ])  # fmt: skip
    sentences, _, languages = cut(layout, count_words)
    assert [one.unit for one in sentences] == [
        "heading", "heading", "sentence", "sentence", "bullet", "bullet", "sentence", "row", "row", "caption",
        "footnote", "footnote",
    ]  # fmt: skip
    assert languages == ("nb",)


def test_bold_lead_words_without_a_stop_are_a_heading():
    text = "Regelverk Det er uklart hva som gjelder."
    sentences, _, _ = cut(lay_out([("paragraph", text, 0, {"run_in": 9})]), count_words)
    assert [one.unit for one in sentences] == ["heading", "sentence"]
    text = "Regelverk: det er uklart hva som gjelder."
    sentences, _, _ = cut(lay_out([("paragraph", text, 0, {"run_in": 10})]), count_words)
    assert [one.unit for one in sentences] == ["sentence"]


def test_a_heading_goes_with_what_follows():
    parts = [
        ("paragraph", "Ord og ord og mer. " * 6, 0),
        ("heading", "Barrierer", 0),
        ("paragraph", "Det er dyrt.", 0),
    ]
    layout = lay_out([(kind, text.strip(), section) for kind, text, section in parts])
    _, segments, _ = cut(layout, count_words, bound=32)
    found = texts_of(layout, segments)
    assert len(found) == 2
    assert found[-1].endswith("Barrierer\nDet er dyrt.")


def test_a_lead_in_stays_with_its_list_where_it_fits():
    filler = ("paragraph", "Vi har sett på mange områder i denne analysen av fylket.", 0)
    items = [("list_item", f"Helse og omsorg nummer {n}", 0) for n in range(4)]
    layout = lay_out([filler, filler, ("paragraph", "Områdene er følgende:", 0), *items])
    _, segments, _ = cut(layout, count_words, bound=26)
    assert texts_of(layout, segments)[-1].startswith("Områdene er følgende:\nHelse og omsorg nummer 0")
    assert texts_of(layout, segments)[-1].endswith("nummer 3")


def test_no_stump_is_left_behind():
    layout = lay_out([("paragraph", "Her står det fem ord. " * 11, 0)])
    _, segments, _ = cut(layout, count_words, bound=50)
    sizes = [segment.last - segment.first + 1 for segment in segments]
    assert sorted(sizes) == [5, 6]


def test_a_segment_ends_at_furniture_and_at_a_section():
    layout = lay_out([
        ("paragraph", "Første del.", 0), ("footer", "Side 3", None), ("header", "Strategi", None),
        ("paragraph", "Andre del.", 0), ("heading", "Ny seksjon", 1), ("paragraph", "Tredje del.", 1),
    ])  # fmt: skip
    _, segments, _ = cut(layout, count_words)
    assert texts_of(layout, segments) == ["Første del.", "Andre del.", "Ny seksjon\nTredje del."]


def test_the_heading_over_a_contents_page_is_noise_too():
    layout = lay_out([("heading", "Innhold", 0), ("contents", "1 Mål 4", 0), ("contents", "2 Tiltak 9", 0)])
    _, segments, _ = cut(layout, count_words)
    assert [(segment.noise, segment.first, segment.last) for segment in segments] == [("contents", 0, 2)]


@pytest.mark.parametrize("joint", [", ", "; ", " ", ""])
def test_a_sentence_too_long_for_the_encoder_is_cut(joint):
    def count_letters(texts):
        return [len(text) // 3 + 2 for text in texts]

    layout = lay_out([("paragraph", joint.join(["abcdefghij"] * 2000), 0)])
    sentences, segments, _ = cut(layout, count_letters)
    assert max(count_letters(texts_of(layout, sentences))) <= LONGEST
    assert len(segments) == len(sentences) < 40
    assert sum(len(text.replace(" ", "")) for text in texts_of(layout, sentences)) >= 20_000


def test_languages_are_told_per_segment_with_the_document_as_prior():
    nb = "Regionen skal ikke bare styrke bedriftene, men også gjøre mer for de unge som flytter ut. " * 12
    en = (
        "The region will not only support its companies but also do more for the young people who leave. "
        * 12
    )
    layout = lay_out([
        ("heading", "Mål", 0), ("paragraph", nb.strip(), 0), ("heading", "Summary", 1), ("paragraph", en.strip(), 1),
        ("paragraph", "SINTEF 2021", 0),
    ])  # fmt: skip
    sentences, segments, languages = cut(layout, count_words)
    assert languages == ("en", "nb") or languages == ("nb", "en")
    assert {segment.language for segment in segments if segment.section == 1} == {"en"}
    assert sentences[-1].language == segments[-1].language
    assert segments[0].language == "nb"


def test_nothing_gives_nothing():
    assert cut(lay_out([]), count_words) == ((), (), ())
    assert cut(lay_out([("footer", "Side 1", None)]), count_words) == ((), (), ())


def test_thousands_of_rows_take_seconds_at_most():
    layout = lay_out([("table", "\n".join(str(n) for n in range(20_000)), 0)])
    sentences, segments, _ = cut(layout, count_words)
    assert len(sentences) == 20_000
    assert len(segments) >= 20_000 / 200


def test_the_statements_of_a_table_cell_are_units_of_their_own():
    own = "Weaknesses\t- Research is seen by few. - Firms are small.\nBuild a store\tThe county\t2026"
    pieces = [own[start:end].strip() for start, end, _ in _cut_rows(own, "en")]
    assert pieces == [
        "Weaknesses",
        "Research is seen by few.",
        "Firms are small.",
        "Build a store\tThe county\t2026",
    ]


def test_what_leads_the_bullets_of_a_cell_is_a_unit_without_their_sign():
    own = "What holds firms back: • Research is seen by few • Firms are small\t2026"
    pieces = [own[start:end].strip() for start, end, _ in _cut_rows(own, "en")]
    assert pieces == ["What holds firms back:", "Research is seen by few", "Firms are small", "2026"]
