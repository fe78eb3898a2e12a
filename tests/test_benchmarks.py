"""The scorer of comparisons counts rightly, and its truth names what it says is there."""

import json

from benchmarks.comparison import GOLDEN, fold, pair_up, score, score_areas
from models.finding import Comparison, FocusAreaComparison, SharedArea, UniqueArea


def told():
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_scores_are_counted_by_hand():
    made = score({"a", "b", "x", "y"}, {"a", "b", "c"}, {"y"})
    assert (made["precision"], made["recall"], made["f1"]) == (0.667, 0.667, 0.667)
    assert (made["missing"], made["wrong"]) == (["c"], ["x"])
    assert score([], [])["f1"] == 1.0 and score([], ["a"])["f1"] == 0.0 and score(["a"], [])["f1"] == 0.0


def test_names_agree_whatever_their_spelling():
    assert fold("ICT (horizontal)") == "ict" and fold("ict", {"ICT": "Data"}) == "data"
    assert pair_up([["B", "a", "C"]]) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_a_comparison_that_says_what_the_reader_says_scores_one():
    areas = told()["focus_areas"]
    owner = {name: region for region, names in areas["areas"].items() for name in names}
    shared = [
        SharedArea(areas={owner[name]: name for name in group}, score=1.0, why="")
        for group in areas["shared"]
    ]
    left = {
        region: set(names) - {one for group in areas["shared"] for one in group}
        for region, names in areas["areas"].items()
    }
    unique = {
        region: tuple(UniqueArea(name=name) for name in sorted(names)) for region, names in left.items()
    }
    made = Comparison(
        regions=tuple(areas["areas"]),
        coverage={},
        focus_areas=FocusAreaComparison(shared=tuple(shared), unique=unique),
    )
    assert {key: one["f1"] for key, one in score_areas(made, areas, told()["aliases"]).items()} == {
        "areas": 1.0, "shared": 1.0, "unique": 1.0,
    }  # fmt: skip


def test_the_truth_names_only_areas_and_themes_that_exist():
    from models.taxonomy import load_taxonomy

    golden = told()
    areas = golden["focus_areas"]
    known = {name for names in areas["areas"].values() for name in names}
    for group in (
        *areas["shared"],
        *areas["shared_also_ok"],
        *areas["unique"].values(),
        *areas["unique_also_ok"].values(),
    ):
        assert set(group) <= known
    themes = set(load_taxonomy().theme_ids())
    for kind in ("barriers", "measures"):
        for part in ("held", "also_ok"):
            assert all(set(named) <= themes for named in golden[kind][part].values())
        assert all(
            page >= 1 for held in golden[kind]["held"].values() for pages in held.values() for page in pages
        )
