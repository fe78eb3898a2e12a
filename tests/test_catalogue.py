"""What goes into the catalogue comes out again, whole or not at all."""

import json

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from corpus import schema
from corpus.catalogue import Catalogue
from corpus.folder import Folder, hold_lock, list_documents
from corpus.reading import (
    Filter,
    known_regions,
    read_coverage,
    read_document,
    read_findings,
    read_focus_areas,
    read_vectors,
)
from corpus.writing import body_text
from models.document import Block, Document, Guess, Page, Section, Segment, Sentence, make_id
from models.errors import CatalogueBusy, CatalogueDamaged, CatalogueNewer, EncoderMismatch, UnknownDocument
from models.finding import KINDS, Analysis, AreaDraft, Judgement

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
LANGUAGES = st.sampled_from(["nb", "nn", "sv", "da", "en"])


@st.composite
def documents(draw):
    """A heading and sentences over one to four pages, with the vectors and judgements for it."""
    sentences = draw(st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=6))
    title = draw(WORDS)
    text = title + "\n" + " ".join(sentences)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=3)))
    borders = [0, *cuts, len(text)]
    pages = tuple(
        Page(index=n, label=draw(st.none() | st.sampled_from(["i", "2", "iv"])), start=a, end=b)
        for n, (a, b) in enumerate(zip(borders, borders[1:], strict=False), 1)
    )
    at, spans = len(title) + 1, []
    language = draw(LANGUAGES)
    for one in sentences:
        spans.append(Sentence(start=at, end=at + len(one), block=1, section=0, language=language))
        at += len(one) + 1
    sha256 = draw(st.text("0123456789abcdef", min_size=64, max_size=64))
    document = Document(
        id=make_id("document", sha256),
        file=draw(st.sampled_from(["a.pdf", "å b.pdf"])),
        sha256=sha256,
        text=text,
        pages=pages,
        blocks=(
            Block(type="heading", level=1, start=0, end=len(title), section=0),
            Block(type="paragraph", start=len(title) + 1, end=len(text), order=1, section=0),
        ),
        sections=(Section(title=title, level=1, block=0),),
        sentences=tuple(spans),
        segments=(
            Segment(
                start=len(title) + 1,
                end=len(text),
                section=0,
                language=language,
                first=0,
                last=len(spans) - 1,
            ),
        ),
        languages=(language,),
        guess=Guess(title=title, regions=tuple(draw(st.lists(WORDS, max_size=2, unique=True))), year=2020),
    )
    kinds = st.lists(st.sampled_from(KINDS), unique=True, max_size=2).map(tuple)
    judgements = tuple(
        Judgement(
            labels=labels,
            kinds=dict.fromkeys(labels, 0.75),
            themes=("skills",) if "barrier" in labels else (),
        )
        for labels in (draw(kinds) for _ in spans)
    )
    area = AreaDraft(name="Havbruk", start=0, end=len(title), headlines={"barrier": (0,)})
    return document, Analysis(judgements=judgements, areas=(area,), labeller="w1")


def open_folder(path):
    return Catalogue.open(Folder(path), write=True)


def keep(catalogue, document, analysis, **more):
    rows = np.linspace(0, 1, 4 * len(document.sentences), dtype=np.float32).reshape(-1, 4)
    catalogue.store(document, analysis, rows[: len(document.segments)], rows, **more)
    return rows


@given(documents())
def test_a_document_comes_out_as_it_went_in(tmp_path_factory, made):
    document, analysis = made
    catalogue = open_folder(tmp_path_factory.mktemp("data"))
    rows = keep(catalogue, document, analysis)
    with catalogue.read() as connection:
        assert read_document(connection, document.id) == document
        assert np.allclose(read_vectors(connection, "sentences", document.id), rows, atol=1e-3)
        found = read_findings(connection, Filter(), everything=True)
        assert [one.quote for one in found] == [document.quote(one) for one in document.sentences]
        assert [one.labels for one in found] == [one.labels for one in analysis.judgements]
        for one, sentence in zip(found, document.sentences, strict=True):
            assert [page.index for page in one.pages] == [page.index for page in document.pages_of(sentence)]
        for kind in KINDS:
            named = read_findings(connection, Filter(kinds=(kind,)))
            assert [one.id for one in named] == [one.id for one in found if kind in one.labels]
        assert read_focus_areas(connection, Filter())[0].name == "Havbruk"
        assert set(known_regions(connection)) == set(document.guess.regions)
    catalogue.close()


@given(documents())
def test_removing_a_document_leaves_no_row_of_it(tmp_path_factory, made):
    document, analysis = made
    catalogue = open_folder(tmp_path_factory.mktemp("data"))
    keep(catalogue, document, analysis)
    catalogue.remove(document.id)
    with catalogue.read() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name != "meta":
                assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0, table.name
        assert connection.scalar(sa.text("SELECT count(*) FROM lexical WHERE lexical MATCH 'a*'")) == 0
    catalogue.close()


def example(seed):
    text = f"Havbruk nummer {seed}\nDet er mangel på folk i næringen. Fylket bør gjøre noe med det."
    head = text.index("\n")
    split = text.index("Fylket")
    sha256 = f"{seed:064x}"
    document = Document(
        id=make_id("document", sha256),
        file=f"fil{seed}.pdf",
        sha256=sha256,
        text=text,
        pages=(
            Page(index=1, label="i", start=0, end=split),
            Page(index=2, label="1", start=split, end=len(text)),
        ),
        blocks=(
            Block(type="heading", level=1, start=0, end=head, section=0),
            Block(type="paragraph", start=head + 1, end=len(text), order=1, section=0),
        ),
        sections=(Section(title=text[:head], level=1, block=0),),
        sentences=(
            Sentence(start=head + 1, end=split - 1, block=1, section=0, language="nb"),
            Sentence(start=split, end=len(text), block=1, section=0, language="nb"),
        ),
        segments=(Segment(start=head + 1, end=len(text), section=0, language="nb", first=0, last=1),),
        languages=("nb",),
        guess=Guess(title=f"Strategi {seed}", regions=("Testland",), year=2020 + seed),
    )
    judged = (
        Judgement(labels=("barrier",), kinds={"barrier": 0.9}, themes=("skills", "labour")),
        Judgement(labels=("measure",), kinds={"measure": 0.8}, actors=("county",)),
    )
    return document, Analysis(judgements=judged, labeller="w1")


def test_a_failed_store_leaves_nothing(tmp_path):
    catalogue = open_folder(tmp_path)
    document, analysis = example(1)
    short = analysis.model_copy(update={"judgements": analysis.judgements[:1]})
    with pytest.raises(ValueError):
        keep(catalogue, document, short)
    assert list_documents(catalogue.folder) == []
    assert catalogue.generation == 0


def test_a_new_edition_takes_the_place_of_the_old_one(tmp_path):
    catalogue = open_folder(tmp_path)
    old, new = example(1), example(2)
    keep(catalogue, *old)
    keep(catalogue, *new, replaces=old[0].id)
    assert [one["id"] for one in list_documents(catalogue.folder)] == [new[0].id]
    with catalogue.read() as connection:
        assert {one.document for one in read_findings(connection, Filter())} == {new[0].id}
    assert catalogue.generation == 2


def test_filters_combine(tmp_path):
    catalogue = open_folder(tmp_path)
    for seed in (1, 2, 3):
        keep(catalogue, *example(seed))
    with catalogue.read() as connection:
        late = read_findings(connection, Filter(kinds=("barrier",), year_from=2022, regions=("Testland",)))
        assert [one.pages[0].label for one in late] == ["i", "i"]
        assert read_findings(connection, Filter(themes=("finance",))) == []
        assert read_findings(connection, Filter(languages=("sv",))) == []
        assert read_coverage(connection, Filter(regions=("Testland",))).documents == 3
        assert read_coverage(connection, Filter(regions=("Utland",))).pages == 0


def test_a_corrected_region_is_taken_over_by_the_findings(tmp_path):
    catalogue = open_folder(tmp_path)
    document, analysis = example(1)
    keep(catalogue, document, analysis)
    catalogue.set_guess(document.id, regions=["Innland"], title="Ny tittel")
    with catalogue.read() as connection:
        assert {one.region for one in read_findings(connection, Filter())} == {"Innland"}
    listed = list_documents(catalogue.folder)[0]
    assert (listed["title"], listed["regions"], listed["sources"]["title"]) == (
        "Ny tittel",
        ["Innland"],
        "option",
    )


def test_the_same_text_in_other_bytes_is_found(tmp_path):
    catalogue = open_folder(tmp_path)
    document, analysis = example(1)
    keep(catalogue, document, analysis)
    twins = catalogue.find_twins(body_text(document))
    assert (twins[0].document, twins[0].likeness) == (document.id, 1.0)
    assert catalogue.find_twins("Noe helt annet står her, uten noe felles med det første.")[0].likeness < 0.1


def test_documents_are_found_by_id_start_and_file_name(tmp_path):
    catalogue = open_folder(tmp_path)
    document, analysis = example(1)
    keep(catalogue, document, analysis)
    for name in (document.id, document.id[:5], "fil1.pdf", "fil1"):
        assert catalogue.resolve(name) == document.id
    with pytest.raises(UnknownDocument) as caught:
        catalogue.resolve("fil2.pdf")
    assert caught.value.nearest == ("fil1.pdf",)


def test_another_encoder_is_refused_once_there_are_vectors(tmp_path):
    catalogue = open_folder(tmp_path)
    catalogue.use_encoder("one", "aaa", 4)
    catalogue.use_encoder("two", "bbb", 4)
    keep(catalogue, *example(1))
    with pytest.raises(EncoderMismatch, match="two"):
        catalogue.use_encoder("one", "aaa", 4)


def test_one_writer_at_a_time(tmp_path):
    folder = Folder(tmp_path)
    with hold_lock(folder), pytest.raises(CatalogueBusy), hold_lock(folder):
        pass


def test_a_folder_of_a_newer_version_is_refused(tmp_path):
    catalogue = open_folder(tmp_path)
    with catalogue.change() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    catalogue.close()
    with pytest.raises(CatalogueNewer, match="9999"):
        open_folder(tmp_path)


def test_a_damaged_catalogue_says_so(tmp_path):
    Folder(tmp_path).catalogue.write_bytes(b"not a database" * 100)
    with pytest.raises(CatalogueDamaged):
        open_folder(tmp_path)
    with pytest.raises(CatalogueDamaged):
        list_documents(Folder(tmp_path))


def test_migrations_give_the_tables_of_the_schema(tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    catalogue = open_folder(tmp_path)
    with catalogue.read() as connection:
        context = MigrationContext.configure(connection)
        differences = [one for one in compare_metadata(context, schema.metadata) if "lexical" not in str(one)]
    assert differences == []


def test_the_light_list_gives_what_the_contract_names(tmp_path):
    catalogue = open_folder(tmp_path)
    keep(catalogue, *example(1))
    listed = list_documents(catalogue.folder)[0]
    wanted = {
        "id",
        "file",
        "title",
        "regions",
        "year",
        "languages",
        "pages",
        "segments",
        "sha256",
        "ingested_at",
    }
    assert wanted <= set(listed)
    assert json.loads(json.dumps(listed)) == listed


def test_a_reader_sees_one_state_while_another_writes(tmp_path):
    catalogue = open_folder(tmp_path)
    keep(catalogue, *example(1))
    with catalogue.read() as connection:
        before = read_findings(connection, Filter())
        keep(catalogue, *example(2))
        assert read_findings(connection, Filter()) == before
    with catalogue.read() as connection:
        assert len(read_findings(connection, Filter())) > len(before)
    catalogue.close()
