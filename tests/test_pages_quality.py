"""The quality page: the interval of an F1 that is known from counts, and that every language has one."""

from web import look

from service.pages_quality import bound_f1, load_card


def score(precision, recall, called, wanted):
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "called": called, "wanted": wanted}


def test_the_interval_holds_the_figure_and_narrows_with_more_examples():
    low, high = bound_f1(score(0.8, 0.8, 50, 50))
    assert low < 0.8 < high and 0.68 < low < 0.74 and 0.86 < high < 0.92
    many = bound_f1(score(0.8, 0.8, 5000, 5000))
    assert abs((high - low) / (many[1] - many[0]) - 10) < 0.1
    assert bound_f1(score(1.0, 1.0, 10, 10)) == (1.0, 1.0)
    assert bound_f1(score(0.0, 0.0, 10, 10)) == (None, None) == bound_f1(score(0.5, 0.5, 0, 0))


def test_the_interval_is_that_of_drawing_again():
    """Precision and recall drawn again as often as they were counted spread F1 as the formula says."""
    import numpy as np

    rng = np.random.default_rng(5)
    precision, recall = rng.binomial(300, 0.7, 20_000) / 300, rng.binomial(200, 0.85, 20_000) / 200
    drawn = np.quantile(2 * precision * recall / (precision + recall), [0.025, 0.975])
    assert np.abs(drawn - bound_f1(score(0.7, 0.85, 300, 200))).max() < 0.005


def test_the_page_gives_an_interval_for_each_kind_and_language(client):
    text = look(client, "/quality").text
    for rows in load_card()["scores"]["own_by_language"].values():
        for kind in ("barrier", "measure"):
            low, high = rows[kind].get("interval") or bound_f1(rows[kind])
            assert low < rows[kind]["f1"] < high
            assert f"{rows[kind]['f1']:.2f} {low:.2f}–{high:.2f}" in text
