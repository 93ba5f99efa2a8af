"""Answers are those of Node, on every kind of column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from conftest import numbers

import anygiven
from anygiven._tables import rows_of

NAMES = ["kinds.onnx", "recalibrated.onnx", "errors.onnx"]
TOLERANCE = 1e-5


def table_of(case: dict[str, Any], given: list[str] | None, of: str | None) -> dict[str, Any]:
    """What was given, a column of it a list; one that tells how many rows there are, at least."""
    names = [name for name in case["columns"] if name != of and (given is None or name in given)]
    table: dict[str, Any] = {name: case["columns"][name] for name in names}
    for name, errors in case["errors"].items():
        if name in table:
            table[f"{name}_err"] = [np.nan if each is None else each for each in errors]
    return table


def close(found: np.ndarray, told: np.ndarray, scale: Any, what: str) -> float:
    """Equal where both are infinite; elsewhere the largest difference in units of the scale."""
    assert found.shape == told.shape, what
    same = (found == told) | (np.isnan(found) & np.isnan(told))
    with np.errstate(invalid="ignore"):
        off = np.where(same, 0, np.abs(found - told) / scale)
    worst = float(np.max(off, initial=0))
    assert worst < TOLERANCE, f"{what}: {worst}"
    return worst


@pytest.mark.parametrize("name", [*NAMES, *(f"quantiles-{name}" for name in NAMES), "few.onnx"])
def test_the_file_is_sound(fixtures: Path, cases: Any, name: str) -> None:
    model = onnx.load(fixtures / name)
    onnx.checker.check_model(model, full_check=True)
    told = {each.key: each.value for each in model.metadata_props}
    assert told["anygiven_opset"] == str(model.opset_import[0].version) == "21"
    assert told["anygiven_ir_version"] == str(model.ir_version) == "10"
    assert told["anygiven_version"] == model.producer_version
    assert not any(tensor.external_data for tensor in model.graph.initializer)


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
def test_numbers_are_nodes(fixtures: Path, cases: Any, which: int) -> None:
    case = cases[which]
    model = anygiven.load(fixtures / case["file"])
    asked = 0
    for answer in case["answers"]:
        if "at" not in answer:
            continue
        of = answer["of"]
        table = table_of(case, answer["given"], of)
        rows = len(next(iter(case["columns"].values())))
        made = model.density(table, of=of) if table else model.density(None, of=of)
        column = made.column
        told = {part: numbers(answer[part]) for part in ("pdf", "logPdf", "cdf", "probability", "logLikelihood", "quantiles")}
        if not table:
            told = {part: values[:1] for part, values in told.items()}
            rows = 1
        assert made.rows == rows
        where = f"{case['file']} {of} given {answer['given']}"
        at = np.array([answer["at"]])
        # Per data unit, compared in units of the column's own spread.
        spread = float(np.median(numbers(answer["std"]))) or 1.0
        worst = spread if column.period is None else column.period
        close(made.quantile(answer["levels"]), told["quantiles"], np.maximum(worst, np.abs(told["quantiles"])), f"{where} quantiles")
        close(made.cdf(at), told["cdf"], 1, f"{where} cdf")
        close(made.pdf(at), told["pdf"], np.maximum(1 / spread, np.abs(told["pdf"])), f"{where} pdf")
        close(made.probability(at), told["probability"], 1, f"{where} probability")
        # Of a log density far out the digits are those of the distance.
        close(made.log_pdf(at), told["logPdf"], np.maximum(1, np.abs(told["logPdf"])), f"{where} log density")
        close(made.log_likelihood(at), told["logLikelihood"], np.maximum(1, np.abs(told["logLikelihood"])), f"{where} log likelihood")
        asked += 1
    assert asked > 5


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
def test_moments_and_intervals_are_nodes(fixtures: Path, cases: Any, which: int) -> None:
    case = cases[which]
    model = anygiven.load(fixtures / case["file"])
    for answer in case["answers"]:
        if "at" not in answer or answer["given"] == []:
            continue
        made = model.density(table_of(case, answer["given"], answer["of"]), of=answer["of"])
        spread = np.maximum(numbers(answer["std"])[:, 0], 1e-9)
        is_circle = made.column.period is not None
        # On a circle Node adds up cells, and Python looks at points.
        scale = 100 * spread if is_circle else spread
        where = f"{case['file']} {answer['of']} given {answer['given']}"
        close(made.mean(), numbers(answer["mean"])[:, 0], scale, f"{where} mean")
        close(made.std(), numbers(answer["std"])[:, 0], scale, f"{where} std")
        close(made.median(), numbers(answer["median"])[:, 0], scale, f"{where} median")
        low, high = made.interval(0.68)
        close(np.stack([low, high], 1), numbers(answer["interval"]), scale[:, None], f"{where} interval")


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
def test_probabilities_of_categories_are_nodes(fixtures: Path, cases: Any, which: int) -> None:
    case = cases[which]
    model = anygiven.load(fixtures / case["file"])
    for answer in case["answers"]:
        if "probabilities" not in answer:
            continue
        table = table_of(case, answer["given"], answer["of"])
        made = model.density(table, of=answer["of"])
        close(made.probabilities, numbers(answer["probabilities"])[: made.rows], 1, answer["of"])
        assert made.probabilities.sum(1) == pytest.approx(1)


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
def test_quantiles_of_the_graph_are_nodes(fixtures: Path, cases: Any, which: int) -> None:
    case = cases[which]
    path = fixtures / f"quantiles-{case['file']}"
    model, session = anygiven.load(path), onnxruntime.InferenceSession(path)
    for given in (None, []):
        rows = rows_of(table_of(case, given, None) or {"x" if which < 2 else "a": [None] * 24}, model.columns)
        feeds = {"cells": rows.cells, "errors": rows.errors}
        found = session.run(["quantiles"], {each.name: feeds[each.name] for each in session.get_inputs()})[0]
        for answer in case["answers"]:
            if answer["given"] != given or answer["of"] not in model.outputs:
                continue
            told = numbers(answer["quantiles"])
            spread = np.maximum(float(np.median(numbers(answer["std"]))), np.abs(told))
            close(found[model.outputs.index(answer["of"])], told, spread, f"{path.name} {answer['of']}")


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
def test_scores_are_nodes(fixtures: Path, cases: Any, which: int) -> None:
    case = cases[which]
    model = anygiven.load(fixtures / case["file"])
    scores = model.score(table_of(case, None, None))
    assert set(scores) == set(case["scores"])
    for name, told in case["scores"].items():
        expected = numbers([told])[0]
        close(scores[name], expected, np.maximum(1, np.abs(expected)), f"{case['file']} score of {name}")
