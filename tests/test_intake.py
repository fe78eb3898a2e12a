"""What to ingest, from paths, options and a catalogue file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.intake import find_jobs, read_catalogue_file, say
from models.errors import BadCatalogueFile, BadPath, StrategyError


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF")


def test_a_folder_is_searched_below_in_order_of_name_and_only_for_pdfs(tmp_path):
    touch(tmp_path, "b.pdf", "a/Å.PDF", "a/notes.txt", "c.pdf.part")
    assert [job.path.name for job in find_jobs([tmp_path])] == ["Å.PDF", "b.pdf"]


def test_hidden_files_and_folders_are_passed_over_but_where_they_are_named(tmp_path):
    touch(tmp_path, "b.pdf", "._b.pdf", ".old/a.pdf", "c/.cache/d.pdf")
    assert [job.path.name for job in find_jobs([tmp_path])] == ["b.pdf"]
    assert [job.path.name for job in find_jobs([tmp_path / ".old"])] == ["a.pdf"]


def test_a_file_named_twice_is_read_once(tmp_path):
    touch(tmp_path, "a.pdf")
    assert len(find_jobs([tmp_path / "a.pdf", tmp_path, tmp_path / "a.pdf"])) == 1


def test_a_folder_without_pdfs_and_a_missing_file_say_so_without_their_path(tmp_path):
    for path, word in ((tmp_path, "no PDF"), (tmp_path / "gone.pdf", "no file")):
        with pytest.raises(BadPath, match=word) as caught:
            find_jobs([path])
        assert str(tmp_path.parent) not in caught.value.message


def test_options_go_before_the_catalogue_file(tmp_path):
    touch(tmp_path, "a.pdf", "b.pdf")
    file = tmp_path / "catalogue.toml"
    file.write_text(
        '[[document]]\nfile = "a.pdf"\nregions = ["Nord"]\nyear = 2020\ntitle = "Plan"\n', "utf-8"
    )
    first, second = find_jobs([tmp_path], say(regions=["Sør"]), file)
    assert (first.said.regions, first.said.year, first.said.title) == (("Sør",), 2020, "Plan")
    assert first.said.sources == {"regions": "option", "year": "catalogue", "title": "catalogue"}
    assert (second.said.regions, second.said.year) == (("Sør",), None)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[[document]\n", "cannot be read"),
        ("[[document]]\nyear = 2020\n", "names no file"),
        ('[[document]]\nfile = "a.pdf"\nregon = "x"\n', "regon"),
        ('[[document]]\nfile = "a.pdf"\nyear = "2020"\n', "year"),
        ('[[document]]\nfile = "a.pdf"\nregions = [1]\n', "regions"),
        ('[[document]]\nfile = "a.pdf"\ntitle = 5\n', "title"),
        ("document = 3\n", "tables"),
    ],
)
def test_a_wrong_catalogue_file_names_what_is_wrong(tmp_path, text, word):
    file = tmp_path / "c.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadCatalogueFile, match=word):
        read_catalogue_file(file)


@given(st.binary(max_size=300))
def test_any_bytes_as_a_catalogue_file_give_entries_or_an_error_of_the_tree(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("c") / "c.toml"
    file.write_bytes(content)
    try:
        assert isinstance(read_catalogue_file(file), dict)
    except StrategyError as error:
        assert error.message
