"""A REFI-QDA project holds the texts, the codes and every passage at its place, as the standard lays it down.

The published schema is not ours to ship; where it lies beside the project it is used as well.
"""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from conftest import SHARED
from hand import build, keep

from corpus.catalogue import Catalogue
from corpus.folder import Folder
from models.errors import BadQuery
from service.library import Library
from service.order import make_order, write_order
from service.settings import Settings

SPACE = "{urn:QDA-XML:project:1.0}"
SCHEMA = SHARED / "refi-qda" / "Project.xsd"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ROWS = [
    ("Før dette 😀 står det et tegn utenfor det første planet.", [], []),
    ("Det mangler 𝔨apital & <tillit> i “hele” fylket.", ["barrier"], ["finance", "culture"]),
    ("Fylket bør opprette et fond for nye fabrikker her.", ["measure", "barrier"], ["finance"]),
    ("Det er sterke fagmiljøer her, med lange røtter.", ["strength"], []),
]
ORDER = {
    "Project": ["Users", "CodeBook", "Sources", "Description"],
    "TextSource": ["Description", "PlainTextSelection"],
    "PlainTextSelection": ["Description", "Coding"],
    "Coding": ["CodeRef"],
}
NEEDED = {
    "User": {"guid"}, "Code": {"guid", "name", "isCodable"}, "TextSource": {"guid", "plainTextPath"},
    "PlainTextSelection": {"guid", "startPosition", "endPosition"}, "Coding": {"guid"}, "CodeRef": {"targetGUID"},
}  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("data")
    keep(
        path,
        build("a", ["Viken"], ROWS),
        build("b/../:c", ["Norrbotten"], ROWS[1:3], language="sv"),
        build("A", ["Nordland"], ROWS[:2]),
    ).close()
    held = Library(Settings(data=path), Catalogue.open(Folder(path)), writes=False)
    yield held
    held.close()


@pytest.fixture(scope="module")
def archive(library, tmp_path_factory):
    path = write_order(library, make_order(), tmp_path_factory.mktemp("out") / "all.qdpx")
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


@pytest.fixture(scope="module")
def project(archive):
    return ElementTree.fromstring(archive.read("project.qde"))


def tag(element):
    return element.tag.removeprefix(SPACE)


def passages(archive, project):
    for source in project.iter(f"{SPACE}TextSource"):
        name = source.get("plainTextPath").removeprefix("internal://")
        text = archive.read(f"sources/{name}").decode("utf-8")
        for one in source.iter(f"{SPACE}PlainTextSelection"):
            yield source, one, text[int(one.get("startPosition")) : int(one.get("endPosition"))]


def test_every_passage_stands_at_its_place_counted_in_code_points(archive, project):
    cut = [
        text
        for source, _, text in passages(archive, project)
        if "; Viken;" in source.find(f"{SPACE}Description").text
    ]
    assert cut == [row[0] for row in ROWS[1:]]
    assert len(list(passages(archive, project))) == 3 + 2 + 1


def test_codes_are_those_of_the_findings(archive, project):
    names = {one.get("guid"): one.get("name") for one in project.iter(f"{SPACE}Code")}
    found = {
        text: {names[ref.get("targetGUID")] for ref in one.iter(f"{SPACE}CodeRef")}
        for source, one, text in passages(archive, project)
        if "; Viken;" in source.find(f"{SPACE}Description").text
    }
    assert {len(codes) for codes in found.values()} == {3, 1}
    assert found[ROWS[3][0]] == {"strength"}
    folders = [one for one in project.iter(f"{SPACE}Code") if one.get("isCodable") == "false"]
    assert [one.get("name") for one in folders] == ["Kinds", "Themes"] and [len(one) for one in folders] == [
        5,
        12,
    ]


def test_the_project_has_the_structure_of_the_standard(project):
    assert tag(project) == "Project" and project.get("name")
    for element in project.iter():
        name = tag(element)
        assert set(element.keys()) >= NEEDED.get(name, set())
        places = [ORDER[name].index(tag(child)) for child in element] if name in ORDER else []
        assert places == sorted(places), name
        for key, value in element.items():
            if key in ("guid", "targetGUID", "creatingUser"):
                assert GUID.fullmatch(value)
            if key == "creationDateTime":
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value)


def test_guids_are_unique_and_every_reference_leads_somewhere(project):
    guids = [one.get("guid") for one in project.iter() if one.get("guid")]
    assert len(guids) == len(set(guids))
    users = {one.get("guid") for one in project.iter(f"{SPACE}User")}
    codes = {one.get("guid") for one in project.iter(f"{SPACE}Code")}
    assert {one.get("creatingUser") for one in project.iter() if one.get("creatingUser")} == users
    assert {one.get("targetGUID") for one in project.iter(f"{SPACE}CodeRef")} <= codes


def test_sources_are_named_safely_and_apart(archive, project):
    names = [one.get("name") for one in project.iter(f"{SPACE}TextSource")]
    assert len({name.casefold() for name in names}) == 3
    assert not any(set(name) & set('/\\:*?"<>|') for name in names)
    inside = archive.namelist()
    assert inside[0] == "project.qde" and all(
        re.fullmatch(rf"sources/{GUID.pattern}\.txt", one) for one in inside[1:]
    )


def test_the_same_findings_give_the_same_bytes(library, tmp_path):
    first, again = (
        write_order(library, make_order(["Viken"]), tmp_path / f"{n}.qdpx").read_bytes() for n in (1, 2)
    )
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as held:
        assert {one.date_time for one in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(held.namelist()) == 2


def test_nothing_found_makes_a_project_without_sources(library, tmp_path):
    path = write_order(library, make_order(["Viken"], themes=["data"]), tmp_path / "none.qdpx")
    with zipfile.ZipFile(path) as held:
        assert b"<Sources" not in held.read("project.qde") and held.namelist() == ["project.qde"]


def test_a_comparison_as_a_project_holds_what_it_counts(library, tmp_path):
    order = make_order(["Viken", "Norrbotten"], comparison=True)
    with zipfile.ZipFile(write_order(library, order, tmp_path / "a.qdpx")) as held:
        made = ElementTree.fromstring(held.read("project.qde"))
        cut = sorted(text for _, _, text in passages(held, made))
    assert cut == sorted([row[0] for row in ROWS[1:]] + [row[0] for row in ROWS[1:3]])
    with pytest.raises(BadQuery, match="svg"):
        write_order(library, make_order(["Viken"]), tmp_path / "b.svg")
    assert [one.name for one in tmp_path.iterdir()] == ["a.qdpx"]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the published schema is not here")
def test_the_project_is_valid_by_the_published_schema(archive):
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    assert schema.validate(etree.fromstring(archive.read("project.qde"))), schema.error_log
