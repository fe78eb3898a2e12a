import json
from collections import defaultdict
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from models.errors import BadGold, BadPath
from models.features import FeatureMaker
from models.labelled import Line, read_gold, read_own
from models.statement import build_reading_passages, read_line_statements
from models.taxonomy import load_taxonomy
from service.sample import (
    Sample,
    _number_sections,
    gather_tokens,
    join_features,
    make_targets,
    no_peaks,
    read_readings,
)
from service.trials import FOLDS, calibrate, judge_left, predict_left

FOLDER = Path(str(files("models") / "training"))
SHINGLE = 5  # words
MOST_SHARED = 0.2  # share of a passage's shingles that another passage may hold


@pytest.fixture(scope="module")
def own():
    return read_own(FOLDER, load_taxonomy())


def test_our_text_is_wide_and_much_of_it_states_nothing(own):
    lines = [line for one in own for line in one.lines]
    assert len(lines) >= 4_000
    assert len({one.sector for one in own}) >= 20
    assert {one.language for one in own} == {"nb", "nn", "sv", "da", "en"}
    silent = sum(not line.right for line in lines) / len(lines)
    assert 0.35 < silent < 0.7
    assert sum(line.hard for line in lines) > 500


def test_no_passage_repeats_another(own):
    held = defaultdict(set)
    shingles = {}
    for number, one in enumerate(own):
        words = " ".join(line.text for line in one.lines).casefold().split()
        shingles[number] = {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
        for shingle in shingles[number]:
            held[shingle].add(number)
    worst = 0.0
    for number, some in shingles.items():
        shared = defaultdict(int)
        for shingle in some:
            for other in held[shingle] - {number}:
                shared[other] += 1
        worst = max([worst, *(count / len(some) for count in shared.values())])
    assert worst < MOST_SHARED


def test_no_sentence_stands_twice(own):
    seen = defaultdict(set)
    for one in own:
        for line in one.lines:
            if len(line.text.split()) >= 6:
                seen[line.text.casefold()].add(one.id)
    assert [text for text, places in seen.items() if len(places) > 1] == []


def test_wrong_labels_are_named_line_by_line(tmp_path):
    rows = [
        {
            "doc": "d",
            "quote": "Vi mangler folk.",
            "kinds": ["obstacle"],
            "also_ok": [],
            "themes": ["skils"],
            "lang": "nb",
        },
        {"doc": "d", "quote": " ", "kinds": [], "also_ok": ["none"], "actors": ["king"], "lang": "nb"},
        {"doc": "d", "quote": "Bra.", "kinds": [], "also_ok": ["none"], "lang": "nb"},
    ]
    (tmp_path / "findings_d.jsonl").write_text("\n".join([*map(json.dumps, rows), "{"]), encoding="utf-8")
    (tmp_path / "x.txt").write_text(
        "@passage p | lang=nb\nB | skills | - | s | Vi mangler folk.\nX | - | - | q | Hva?\nB | s\n@passage r | genre=plan\n",
        encoding="utf-8",
    )
    with pytest.raises(BadGold) as caught:
        read_gold(tmp_path, load_taxonomy())
    message = caught.value.message
    for part in ("Nothing was trained", "findings_d.jsonl:1: unknown kind “obstacle”", "unknown theme “skils”",
                 "findings_d.jsonl:2: an empty quote", "unknown actor “king”", "findings_d.jsonl:4: not a row",
                 "x.txt:3: unknown kind “X”", "x.txt:3: unknown unit “q”", "x.txt:4: not KINDS",
                 "x.txt:5: a passage needs lang="):  # fmt: skip
        assert part in message
    assert "findings_d.jsonl:3" not in message


def test_a_folder_without_gold_is_refused(tmp_path):
    with pytest.raises(BadGold):
        read_gold(tmp_path, load_taxonomy())
    with pytest.raises(BadPath):
        read_readings([tmp_path / "nowhere"], load_taxonomy())


def test_agencies_count_as_the_state(tmp_path):
    row = {
        "doc": "d",
        "quote": "Siva bør bidra.",
        "kinds": ["measure"],
        "also_ok": ["none"],
        "actors": ["agency", "state"],
        "lang": "nb",
    }
    (tmp_path / "findings_d.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (reading,) = read_gold(tmp_path, load_taxonomy())
    assert reading.lines[0].actors == ("state",)
    assert reading.lines[0].also == frozenset()


def test_passages_hold_every_line_where_its_span_says(own):
    for one in own[:40]:
        texts, spans = build_reading_passages(one)
        found = [text[a:b] for text, places in zip(texts, spans, strict=True) for a, b in places]
        assert found == [line.text for line in one.lines]
        assert len(read_line_statements(one).items) == len(found)


def test_supported_kinds_count_little_and_themes_only_where_given(own):
    taxonomy = load_taxonomy()
    lines = own[0].lines
    targets = make_targets(lines, taxonomy)
    assert targets.wanted.shape == (len(lines), 5 + len(taxonomy.themes) + len(taxonomy.actors))
    for row, weights, line in zip(targets.wanted, targets.weights, lines, strict=True):
        assert set(np.flatnonzero(row[:5])) == {
            ("barrier", "measure", "strength", "opportunity", "focus_area").index(k) for k in line.right
        }
        assert (weights[5] > 0) == bool(line.themes and line.right & {"barrier", "measure"})


@pytest.fixture(scope="module")
def sample(own):
    """Two hundred lines with vectors that carry the label, so that fitting has something to learn."""
    taxonomy = load_taxonomy()
    readings = tuple(own[:24])
    maker = FeatureMaker(taxonomy)
    noise = np.random.RandomState(0)
    made, tokens = [], []
    for one in readings:
        rows = noise.normal(size=(len(one.lines), 16)).astype(np.float32) * 0.3
        rows[:, 0] += [3.0 * ("barrier" in line.kinds) for line in one.lines]
        made.append(maker.make(read_line_statements(one), rows, rows, no_peaks(len(rows))))
        tokens += [row[None] for row in rows]
    lines = tuple(line for one in readings for line in one.lines)
    return Sample(
        readings, lines, join_features(made), gather_tokens(tokens, 16), make_targets(lines, taxonomy),
        np.repeat(np.arange(len(readings)), [len(one.lines) for one in readings]),
        _number_sections(readings), np.ones(len(lines), dtype=bool),
    )  # fmt: skip


def test_fitting_learns_repeats_itself_and_is_calibrated(sample):
    left = sample.sections % FOLDS == 0
    logits = predict_left(sample, ~left, left, (1,))
    assert np.array_equal(logits, predict_left(sample, ~left, left, (1,)))
    wanted = sample.wanted[left, 0]
    assert logits[wanted, 0].mean() > logits[~wanted, 0].mean() + 0.5
    everything = np.zeros((len(sample.lines), logits.shape[1]), dtype=np.float32)
    everything[left] = logits
    slopes, offsets = calibrate(sample, everything, left)
    scores = 1 / (1 + np.exp(-(everything[left, 0] * slopes[0] + offsets[0])))
    assert abs(scores.mean() - sample.right[left, 0].mean()) < 0.08


def test_thresholds_of_a_left_document_do_not_see_it(sample):
    logits = np.random.RandomState(1).normal(size=sample.targets.wanted.shape).astype(np.float32)
    left = sample.documents == 3
    blank = tuple(Line("x") if gone else line for line, gone in zip(sample.lines, left, strict=True))
    unseen = replace(sample, lines=blank, targets=make_targets(blank, load_taxonomy()))
    for one, other in zip(
        judge_left(sample, logits, left, logits), judge_left(unseen, logits, left, logits), strict=True
    ):
        assert np.array_equal(one, other)
