"""Every command as a user runs it: output, exit code, messages."""

import json

import pytest
from conftest import SAMPLES, SHARED, run_strategi

CITATION = {"document", "title", "region", "year", "pages", "quote"}


def ask_json(*words, data):
    return json.loads(run_strategi(*words, "--json", data=data).stdout)


def test_help_names_every_command(tmp_path):
    from typer.main import get_command

    from service.cli import app

    shown = run_strategi("--help", data=tmp_path).stdout
    for name in get_command(app).commands:
        assert f" {name} " in shown
        assert "Usage" in run_strategi(name, "--help", data=tmp_path).stdout


def test_an_empty_folder_is_no_error_and_says_what_to_do(tmp_path):
    assert "ingest" in run_strategi("list", data=tmp_path / "none").stdout
    assert ask_json("list", data=tmp_path / "none") == {"documents": []}
    assert ask_json("findings", data=tmp_path / "none") == {"findings": []}
    assert not (tmp_path / "none").exists()


def test_list_gives_the_contract(ingested):
    listed = ask_json("list", data=ingested)["documents"]
    assert [one["file"] for one in listed] == sorted(
        (one["file"] for one in listed),
        key=lambda file: next(x["title"] for x in listed if x["file"] == file),
    )
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
    assert all(wanted <= set(one) for one in listed)
    assert {tuple(one["languages"])[:1] for one in listed} == {("nb",), ("nn",), ("sv",), ("da",), ("en",)}


def test_outline_gives_blocks_in_reading_order_with_pages(ingested):
    record = ask_json("outline", "kvernmark.pdf", data=ingested)
    assert [one["index"] for one in record["pages"]] == list(range(1, len(record["pages"]) + 1))
    types = {one["type"] for one in record["blocks"]}
    assert {
        "title",
        "heading",
        "paragraph",
        "list_item",
        "table",
        "footnote",
        "contents",
        "header",
        "footer",
    } <= types
    for block in record["blocks"]:
        assert block["page"] <= block["page_end"]
        assert [part["page"] for part in block["parts"]] == list(range(block["page"], block["page_end"] + 1))
    assert "heading" in run_strategi("outline", "kvernmark", data=ingested).stdout


def test_findings_are_filtered_and_quote_their_pages(ingested):
    every = ask_json("findings", "--all", data=ingested)["findings"]
    barriers = ask_json("findings", "--kind", "barrier", "--region", "Kvernmark", data=ingested)["findings"]
    assert barriers
    assert {one["region"] for one in barriers} == {"Kvernmark"}
    assert all("barrier" in one["labels"] and one["themes"] for one in barriers)
    assert {one["id"] for one in barriers} < {one["id"] for one in every}
    assert all(one["pages"] and one["quote"] for one in every)
    theme = barriers[0]["themes"][0]
    assert ask_json("findings", "--theme", theme, "--document", "kvernmark", data=ingested)["findings"]


def test_focus_areas_carry_headline_findings(ingested):
    areas = ask_json("focus-areas", "--region", "Kvernmark", data=ingested)["focus_areas"]
    assert len(areas) >= 2
    assert all(CITATION <= set(one) for area in areas for one in area["barriers"] + area["measures"])


def test_search_answers_with_verbatim_quotes(ingested):
    answer = ask_json("search", "mangel på folk", "--limit", "3", data=ingested)
    assert answer["answered"]
    assert 1 <= len(answer["hits"]) <= 3
    for rank, hit in enumerate(answer["hits"], 1):
        assert hit["rank"] == rank
        assert hit["quote"] in hit["text"]
        assert hit["pages"][0]["index"] >= 1
    assert {
        hit["region"] for hit in ask_json("search", "folk", "--region", "Tjärnland", data=ingested)["hits"]
    } <= {"Tjärnland"}


def test_compare_gives_the_contract_and_a_table(ingested):
    record = ask_json("compare", "Kvernmark", "Tjärnland", data=ingested)
    assert record["regions"] == ["Kvernmark", "Tjärnland"]
    assert set(record["coverage"]) == {"Kvernmark", "Tjärnland"}
    assert {"shared", "unique"} <= set(record["focus_areas"])
    for kind in ("barriers", "measures"):
        assert {"themes", "shared", "unique"} <= set(record[kind])
        for row in record[kind]["themes"]:
            assert set(row["cells"]) == {"Kvernmark", "Tjärnland"}
            assert {cell["status"] for cell in row["cells"].values()} <= {"found", "not_found", "unknown"}
    shown = run_strategi("compare", "kvernmark", "tjärnland", data=ingested).stdout
    assert "Barriers" in shown
    assert "Kvernmark" in shown


def test_compare_is_narrowed_by_area_and_theme(ingested):
    words = ("compare", "Kvernmark", "Tjärnland", "--focus-area", "energi", "--theme", "regulation")
    record = ask_json(*words, "--include-parts", data=ingested)
    assert record["focus_area"] == "energi"
    assert [row["theme"] for row in record["barriers"]["themes"]] == ["regulation"]
    assert "regulation" in run_strategi(*words, data=ingested).stdout


def test_export_writes_findings_and_comparisons_and_never_over_a_file(ingested, tmp_path):
    file = tmp_path / "barriers.csv"
    words = ("export", file, "--region", "Kvernmark", "--kind", "barrier")
    assert ask_json(*words, data=ingested) == {"written": "barriers.csv", "bytes": file.stat().st_size}
    found = ask_json("findings", "--region", "Kvernmark", "--kind", "barrier", data=ingested)["findings"]
    assert all(
        one["quote"] in file.read_text(encoding="utf-8-sig") for one in found if '"' not in one["quote"]
    )
    done = run_strategi(*words, data=ingested, check=False)
    assert done.returncode == 2 and "there already" in done.stderr
    both = ("--region", "Kvernmark", "--region", "Tjärnland", "--comparison")
    assert "Written" in run_strategi("export", tmp_path / "two.xlsx", *both, data=ingested).stdout
    assert sorted(one.name for one in tmp_path.iterdir()) == ["barriers.csv", "two.xlsx"]


def test_ask_shows_how_it_was_understood(ingested):
    record = ask_json("ask", "Hvilke barrierer deler Kvernmark og Tjärnland?", data=ingested)
    assert set(record["understood"]["regions"]) == {"Kvernmark", "Tjärnland"}
    assert record["understood"]["kinds"] == ["barrier"]
    assert record["answered"]
    assert all(CITATION <= set(one) for part in record["answer"] for one in part["citations"])


def test_set_corrects_and_show_tells_where_a_value_came_from(data):
    record = ask_json(
        "set", "kvernmark", "--region", "Kvernmark", "--region", "Solmark", "--year", "2023", data=data
    )
    assert (record["regions"], record["year"], record["sources"]["year"]) == (
        ["Kvernmark", "Solmark"],
        2023,
        "option",
    )
    assert "2023" in run_strategi("show", "kvernmark", data=data).stdout
    assert run_strategi("set", "kvernmark", data=data, check=False).returncode == 2


def test_remove_takes_a_document_out_of_every_answer(data):
    removed = ask_json("remove", "kvernmark", data=data)["removed"]
    assert removed not in {one["id"] for one in ask_json("list", data=data)["documents"]}
    assert removed not in {hit["document"] for hit in ask_json("search", "folk", data=data)["hits"]}
    assert ask_json("doctor", data=data)["healthy"]


def test_regions_tells_what_was_read(ingested):
    rows = ask_json("regions", data=ingested)["regions"]
    assert {one["region"] for one in rows} >= {"Kvernmark", "Tjärnland"}
    assert all(one["coverage"]["pages"] for one in rows)


def test_regions_lists_the_registry_when_asked(tmp_path):
    rows = {one["region"]: one for one in ask_json("regions", "--all", data=tmp_path)["regions"]}
    assert (
        rows["Akershus"]["registry"]["predecessors"] == ["Viken"]
        and not rows["Akershus"]["coverage"]["pages"]
    )
    shown = run_strategi("regions", "--all", data=tmp_path).stdout
    assert "Norrbotten: no documents (SE; county; SE332; " in shown
    assert ask_json("regions", data=tmp_path) == {"regions": []}


def test_an_own_region_is_added_by_one_command_and_used_at_once(data):
    words = (
        "--kind",
        "county",
        "--country",
        "NO",
        "--alias",
        "Storfylket",
        "--end",
        "2023",
        "--successor",
        "Kvernmark",
    )
    done = run_strategi("regions", "--add", "Solmark", *words, data=data, check=False)
    assert done.returncode == 2 and "add it first" in done.stderr
    run_strategi("regions", "--add", "Kvernmark", "--country", "NO", "--start", "2024", data=data)
    added = ask_json("regions", "--add", "Solmark", *words, data=data)["added"]
    assert added["name"] == "Solmark" and added["successors"] == ["Kvernmark"]
    record = ask_json("compare", "storfylket", "Tjärnland", "--include-parts", data=data)
    assert record["regions"] == ["Solmark", "Tjärnland"] and record["included"] == {"Solmark": ["Kvernmark"]}
    asked = ask_json("ask", "Hvilke barrierer deler Storfylket og Tjärnland?", data=data)
    assert "Tjärnland" in asked["understood"]["regions"]
    assert run_strategi("regions", "--kind", "county", data=data, check=False).returncode == 2


def test_doctor_mends_a_vector_store_that_was_lost(data):
    import shutil

    shutil.rmtree(data / "vectors")
    assert run_strategi("doctor", data=data, check=False).returncode == 3
    assert ask_json("doctor", "--repair", data=data)["healthy"]
    assert "All well" in run_strategi("doctor", data=data).stdout


def test_reindex_changes_nothing_that_is_shown_nor_what_people_said(data):
    waiting = ask_json("review", "next", "--limit", "2", data=data)["queue"]
    run_strategi("review", "reject", *(one["id"] for one in waiting), "--by", "Kari", data=data)
    before = run_strategi("findings", "--all", "--json", data=data).stdout
    assert ask_json("reindex", data=data)["documents"] == 5
    assert run_strategi("findings", "--all", "--json", data=data).stdout == before
    assert before.count('"labeller": "Kari"') == 2
    assert ask_json("doctor", data=data)["healthy"]


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["show", "kvernmrk.pdf"], "kvernmark.pdf"),
        (["findings", "--region", "Kvernmrk"], "Kvernmark"),
        (["findings", "--kind", "barier"], "barrier"),
        (["findings", "--theme", "skils"], "skills"),
        (["search", "folk", "--language", "no-nb"], "nb"),
        (["compare", "Kvernmark", "Tjarnlnd"], "Tjärnland"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(ingested, words, near):
    done = run_strategi(*words, data=ingested, check=False)
    assert done.returncode == 2
    assert near in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "Kvernmark"],
        ["compare", "Kvernmark", "kvernmark"],
        ["search", ""],
        ["search", "?"],
        ["nonsense"],
    ],
)
def test_wrong_usage_exits_2_with_one_sentence(ingested, words):
    done = run_strategi(*words, data=ingested, check=False)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(ingested, monkeypatch):
    monkeypatch.setenv("STRATEGI_PORT", "many")
    done = run_strategi("findings", data=ingested, check=False)
    assert (done.returncode, "port" in done.stderr) == (2, True)


def test_an_unknown_encoder_is_refused_with_what_works_offline(ingested, monkeypatch):
    monkeypatch.setenv("STRATEGI_ENCODER", "nobody/no-such-model")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = run_strategi("search", "folk", data=ingested, check=False)
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    assert "no-such-model" in done.stderr


def test_evaluate_scores_the_samples_against_their_truth(ingested):
    record = ask_json("evaluate", SAMPLES / "gold", data=ingested)
    assert record


def test_the_shared_gold_is_evaluated_without_its_documents(ingested):
    if not (SHARED / "gold").exists():
        pytest.skip("the shared gold is not here")
    done = run_strategi("evaluate", SHARED / "gold", data=ingested, check=False)
    assert "Traceback" not in done.stderr
