"""The registry of regions holds together, and a user's own region is added whole or refused."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domains import domains_of, load_domains, name_domains
from models.errors import BadSettings, StrategyError, UnknownRegion
from models.registry import FILE, add_region, find_faults
from models.taxonomy import Region, Taxonomy, check_regions, load_taxonomy

KINGDOMS = {"NO": 27, "SE": 22, "DK": 7, "FI": 20}


def test_no_name_is_given_twice_and_kin_name_each_other():
    assert find_faults(load_taxonomy()) == []


def test_the_faults_are_seen():
    shipped = load_taxonomy()
    broken = (
        Region(name="Nyland", country="NO"),
        Region(name="Nytt", predecessors=("Borte",), parent="Ingensteds"),
        Region(name="Halv", successors=("Oslo",)),
    )
    faults = find_faults(shipped.model_copy(update={"regions": (*shipped.regions, *broken)}))
    assert len(faults) == 4
    assert any("nyland" in one for one in faults) and any("Borte" in one for one in faults)


def test_every_county_of_the_nordic_countries_is_there():
    regions = load_taxonomy().regions
    for country, least in KINGDOMS.items():
        assert sum(one.country == country and one.level == "county" for one in regions) >= least - 1, country


def test_codes_are_unique_and_begin_with_the_country():
    codes = [one.nuts for one in load_taxonomy().regions if one.nuts]
    assert len(codes) == len(set(codes)) > 70
    assert all(one.nuts.startswith(one.country) for one in load_taxonomy().regions if one.nuts)


def test_every_county_in_force_in_2024_has_a_code():
    held = [one for one in load_taxonomy().regions if one.country in KINGDOMS and one.level == "county"]
    lacking = [one.name for one in held if not one.nuts and (one.start or 0) <= 2024]
    assert lacking == []


def test_reforms_do_not_overlap():
    """What a region became begins the year after the region ended."""
    taxonomy = load_taxonomy()
    by_name = {one.name: one for one in taxonomy.regions}
    for region in taxonomy.regions:
        for name in region.successors:
            later = by_name[name]
            if region.end is not None and later.start is not None:
                assert later.start == region.end + 1, (region.name, name)


@pytest.mark.parametrize(
    "alias,name",
    [("nordland fylkeskommune", "Nordland"), ("NORRBOTTENS LÄN", "Norrbotten"), ("Region Skåne", "Skåne"),
     ("Capital Region of Denmark", "Hovedstaden"), ("Österbotten", "Pohjanmaa"), ("Eastern Denmark", "Østdanmark")],
)  # fmt: skip
def test_regions_are_found_by_other_names(alias, name):
    assert load_taxonomy().find_region(alias).name == name
    assert check_regions([alias], [], load_taxonomy()) == (name,)


def test_an_unknown_region_is_refused_with_near_names():
    with pytest.raises(UnknownRegion) as caught:
        check_regions(["Norbotten"], ["Norrbotten", "Viken"], load_taxonomy())
    assert caught.value.nearest == ("Norrbotten",)


def test_an_own_region_is_added_and_then_found(tmp_path):
    folder = tmp_path / "taxonomy"
    add_region(folder, {"name": "Hallingdal", "country": "NO", "level": "municipality", "parent": "Buskerud"})
    add_region(folder, {"name": "Øvre “dal” \\ æ", "aliases": ["Upper"], "start": 2025})
    taxonomy = load_taxonomy(folder)
    assert taxonomy.find_region("hallingdal").parent == "Buskerud"
    assert taxonomy.find_region("upper").start == 2025
    assert taxonomy.version.endswith("+own")
    assert [one.name for one in folder.iterdir()] == [FILE]


def test_adding_twice_replaces(tmp_path):
    add_region(tmp_path, {"name": "Hallingdal"})
    add_region(tmp_path, {"name": "Hallingdal", "aliases": ["Hol"]})
    assert (tmp_path / FILE).read_text(encoding="utf-8").count("[[region]]") == 1
    assert load_taxonomy(tmp_path).find_region("hol").name == "Hallingdal"


ADDER = """
import sys, time
from pathlib import Path
from models.registry import add_region
folder, go, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
for n in range(15):
    add_region(folder, {"name": f"{name} {n}"})
"""


def test_two_processes_that_add_at_once_lose_none(tmp_path):
    folder, go = tmp_path / "taxonomy", tmp_path / "go"
    adders = [
        subprocess.Popen([sys.executable, "-c", ADDER, folder, go, name], stdout=subprocess.PIPE)
        for name in ("Aust", "Vest")
    ]
    for adder in adders:
        assert adder.stdout.readline() == b"ready\n"
    go.touch()
    for adder in adders:
        adder.communicate(timeout=60)
    assert [adder.returncode for adder in adders] == [0, 0]
    held = {one.name for one in load_taxonomy(folder).regions}
    assert {f"{name} {n}" for name in ("Aust", "Vest") for n in range(15)} <= held


def test_a_reform_is_told_from_both_sides(tmp_path):
    add_region(tmp_path, {"name": "Kvernmark", "country": "NO", "start": 2024})
    add_region(
        tmp_path, {"name": "Solmark", "country": "NO", "end": 2023, "successors": ["Kvernmark", "Akershus"]}
    )
    taxonomy = load_taxonomy(tmp_path)
    assert find_faults(taxonomy) == []
    assert taxonomy.find_region("Kvernmark").predecessors == ("Solmark",)
    assert taxonomy.find_region("Akershus").predecessors == ("Viken", "Solmark")
    assert taxonomy.find_region("Akershus").nuts == "NO084"
    add_region(tmp_path, {"name": "Solmark", "country": "NO", "end": 2023, "successors": ["Kvernmark"]})
    assert load_taxonomy(tmp_path).find_region("Akershus").predecessors == ("Viken",)
    assert find_faults(load_taxonomy(tmp_path)) == []


@pytest.mark.parametrize(
    "entry",
    [{}, {"name": ""}, {"name": "12"}, {"name": "x" * 400}, {"name": "A\nB"}, {"name": "Ny", "country": "Norge"},
     {"name": "Ny", "level": "planet"}, {"name": "Ny", "nuts": "no-1"}, {"name": "Ny", "start": 2020, "end": 2010},
     {"name": "Ny", "start": 12}, {"name": "Ny", "aliases": ["Viken fylke"]}, {"name": "Norbotten", "parent": "Hjemme"},
     {"name": "Ny", "predecessors": ["Finnes ikke"]}, {"name": "Ny", "colour": "red"}, {"name": "norway"}],
)  # fmt: skip
def test_a_bad_entry_is_refused_and_nothing_is_written(tmp_path, entry):
    with pytest.raises(BadSettings):
        add_region(tmp_path / "taxonomy", entry)
    assert not (tmp_path / "taxonomy").exists()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "taxonomy").write_text("a file, not a folder")
    with pytest.raises(BadSettings, match="cannot be written"):
        add_region(tmp_path / "taxonomy", {"name": "Ny"})


@given(
    st.dictionaries(
        st.sampled_from(["name", "country", "level", "nuts", "start"]), st.text(max_size=30) | st.integers()
    )
)
def test_any_entry_is_added_whole_or_refused(tmp_path_factory, entry):
    folder = tmp_path_factory.mktemp("own") / "taxonomy"
    try:
        region = add_region(folder, entry)
    except StrategyError:
        assert not folder.exists()
    else:
        assert isinstance(load_taxonomy(folder), Taxonomy)
        assert load_taxonomy(folder).find_region(region.name) == region


def test_domains_are_told_by_words_of_every_language():
    for word, language in (
        ("vindkraft", "nb"), ("straumnettet", "nn"), ("vätgas", "sv"), ("brint", "da"), ("hydrogen", "en"), ("wind", "fi"),
    ):  # fmt: skip
        assert "energy" in domains_of(word, language), word
    assert name_domains(["Besöksnäring i vildmark"], "sv") == {"tourism"}
    assert name_domains(["Zzz"], "nb") == frozenset()
    assert len({one.id for one in load_domains()}) == len(load_domains())


def test_every_domain_has_words_and_a_label_in_every_language():
    for domain in load_domains():
        assert set(domain.labels) == set(domain.words) == {"nb", "nn", "sv", "da", "en"}, domain.id
