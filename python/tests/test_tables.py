"""Tables of pandas, polars, pyarrow and dictionaries are the same to a model; what can't be is refused in a sentence."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow
import pytest

import anygiven


@pytest.fixture(scope="module")
def model(fixtures: Path) -> anygiven.Model:
    return anygiven.load(fixtures / "kinds.onnx")


@pytest.fixture(scope="module")
def frame(cases: Any) -> pandas.DataFrame:
    told = pandas.DataFrame(cases[0]["columns"]).astype({"sky": "string"})
    told["sky"] = told["sky"].astype(object).where(told["sky"].notna(), None)
    told["day"] = anygiven.to_datetime(told["day"])
    told["moment"] = anygiven.to_datetime(told["moment"])
    told["ok"] = told["ok"].map({0.0: False, 1.0: True})
    told["other"] = "not of the model"
    return told


def test_columns(model: anygiven.Model) -> None:
    known = {column.name: column for column in model.columns}
    assert known["x"].unit == "mm" and known["x"].kind == "number"
    assert known["share"].bounds == (0, 1) and known["heavy"].bounds == (0, None)
    assert known["rain"].point_masses == (0,)
    assert known["few"].point_masses == (0.5, 1, 2)
    assert known["people"].whole and known["day"].whole and not known["moment"].whole
    assert known["angle"].period == 360
    assert known["sky"].categories == ("blue", "grey", "red")
    assert "x, heavy" in repr(model)


@pytest.mark.parametrize("of", ["x", "sky", "people", "angle"])
def test_every_library_gives_the_same(model: anygiven.Model, frame: pandas.DataFrame, of: str) -> None:
    first = model.density(frame, of=of)
    tables: list[Any] = [
        polars.from_pandas(frame),
        pyarrow.Table.from_pandas(frame),
        frame.convert_dtypes(),
        frame.astype({"sky": "category"}),
        {name: frame[name].tolist() for name in frame.columns if name != "other"},
        {name: frame[name] for name in frame.columns if name != "other"},
    ]
    for table in tables:
        if isinstance(table, dict):
            table.pop(of)
        answer = model.density(table, of=of)
        assert answer.rows == len(frame)
        if of == "sky":
            assert np.array_equal(answer.probabilities, first.probabilities)
        else:
            assert np.array_equal(answer.quantile(0.9), first.quantile(0.9))


def test_questions(model: anygiven.Model) -> None:
    one = model.density({"x": 1, "sky": "red", "ok": "yes", "day": "2022-01-07"}, of="people")
    assert one.rows == 1
    assert one.quantile([0.1, 0.9]).shape == (1, 2)
    assert one.pdf([20, 30, 40]).shape == (1, 3)
    same = {"x": 1.0, "sky": "red", "ok": True, "day": datetime.date(2022, 1, 7)}
    assert np.array_equal(model.density(same, of="people").mean(), one.mean())
    several = model.density({"x": 1}, of=["people", "sky"])
    assert list(several) == ["people", "sky"]
    assert several["sky"].mode()[0] in ("blue", "grey", "red")
    marginal = model.density(of="x")
    assert marginal.rows == 1
    many = model.density({"x": [0, 1, 2]}, of="people")
    assert many.pdf(30).shape == many.pdf([30, 31, 32]).shape == (3,)
    assert many.cdf([[30, 31]]).shape == (3, 2)


def test_shapes_and_moments_agree(model: anygiven.Model, frame: pandas.DataFrame) -> None:
    answer = model.density(frame, of="share")
    assert answer.cdf(answer.quantile([0.1, 0.5])) == pytest.approx(np.tile([0.1, 0.5], (len(frame), 1)), abs=1e-9)
    grid = np.linspace(0, 1, 2001)[None]
    density = answer.pdf(grid)
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=2e-3)
    assert np.trapezoid(density * grid, grid) == pytest.approx(answer.mean(), abs=2e-3)
    drawn = answer.sample(4000, seed=3)
    assert drawn.shape == (len(frame), 4000)
    assert drawn.min() >= 0 and drawn.max() <= 1
    assert drawn.mean(1) == pytest.approx(answer.mean(), abs=5 * answer.std().max() / np.sqrt(4000))
    assert np.array_equal(drawn, answer.sample(4000, seed=3))
    rain = model.density(frame, of="rain")
    assert (rain.sample(4000) == 0).mean(1) == pytest.approx(rain.probabilities[0], abs=0.04)
    assert rain.probability(0) == pytest.approx(rain.probabilities[0])
    few = model.density(frame, of="few")
    assert sum(few.probabilities.values()) == pytest.approx(1)
    assert set(np.unique(few.sample(50))) <= {0.5, 1.0, 2.0}
    people = model.density(frame, of="people")
    assert (people.sample(20) == np.round(people.sample(20))).all()
    sky = model.density(frame, of="sky")
    names = sky.sample(4000)
    assert (names == "red").mean(1) == pytest.approx(sky.probability("red"), abs=0.04)


def test_frames(model: anygiven.Model, frame: pandas.DataFrame) -> None:
    indexed = frame.set_index(pandas.Index([f"row {k}" for k in range(len(frame))]))
    told = model.density(indexed, of="x").to_pandas([0.05, 0.5, 0.975])
    assert list(told.columns) == ["x_q05", "x_q50", "x_q975"]
    assert told.index.equals(indexed.index)
    assert "sky_p_red" in model.density(indexed, of="sky").to_pandas().columns


def test_joint_samples_hang_together(model: anygiven.Model) -> None:
    drawn = model.sample_joint({"sky": "grey"}, 500, seed=2)
    assert set(drawn) == set(model.outputs) - {"sky"}
    assert all(values.shape == (500,) for values in drawn.values())
    assert set(drawn["ok"]) <= {"true", "false"}
    again = model.sample_joint({"sky": "grey"}, 500, seed=2)
    assert all(np.array_equal(drawn[name], again[name]) for name in drawn)
    rows = model.sample_joint({"x": [0.0, 1.0]}, 7, of=["people", "sky"])
    assert rows["people"].shape == rows["sky"].shape == (2, 7)


def test_joint_samples_follow_the_chain_rule(fixtures: Path) -> None:
    errors = anygiven.load(fixtures / "errors.onnx")
    drawn = errors.sample_joint(None, 1500, of=["b", "c"], seed=1)
    middle = (drawn["b"] > -0.5) & (drawn["b"] < 0.5)
    expected = errors.density({"b": drawn["b"][middle]}, of="c").mean().mean()
    spread = drawn["c"][middle].std() / np.sqrt(middle.sum())
    assert drawn["c"][middle].mean() == pytest.approx(expected, abs=4 * spread)


@pytest.mark.parametrize("method", ["median", "mean", "draw"])
def test_impute(model: anygiven.Model, frame: pandas.DataFrame, method: str) -> None:
    holes = frame.copy()
    holes.loc[3, "day"] = pandas.NaT
    holes["people"] = holes["people"].astype("Int64")
    filled = model.impute(holes, method=method)
    known = holes[list(model.outputs)].notna()
    assert filled[list(model.outputs)].notna().all().all()
    for name in model.outputs:
        assert (filled[name][known[name]] == holes[name][known[name]]).all()
    assert filled.dtypes["day"].kind == "M"
    assert (filled["other"] == holes["other"]).all()
    if method == "median":
        gap = int(np.flatnonzero(holes["heavy"].isna())[0])
        told = model.density(holes.iloc[[gap]], of="heavy").median()[0]
        assert filled["heavy"][gap] == pytest.approx(told, rel=1e-5)
    plain = model.impute(polars.from_pandas(frame), method=method)
    assert set(plain) == set(frame.columns)
    assert not any(each is None for each in plain["sky"])


def test_a_file_of_fixed_columns(fixtures: Path, model: anygiven.Model, frame: pandas.DataFrame) -> None:
    few = anygiven.load((fixtures / "few.onnx").read_bytes())
    assert few.outputs == ("heavy", "sky")
    assert np.allclose(few.density(frame, of="heavy").median(), model.density(frame, of="heavy").median(), rtol=1e-6)
    with pytest.raises(ValueError, match='does not answer for "x": export it again'):
        few.density(frame, of="x")


def test_many_rows_are_answered_in_parts(model: anygiven.Model, frame: pandas.DataFrame) -> None:
    many = pandas.concat([frame] * 120, ignore_index=True)
    found = model.density(many, of="x").cdf(0.3).reshape(120, len(frame))
    assert np.allclose(found, found[:1], atol=1e-6)


MISTAKES: list[tuple[Any, str]] = [
    (lambda m: m.density({"x": 1}, of="peple"), 'no column "peple"; did you mean "people"?'),
    (lambda m: m.density({"xx": 1}, of="people"), 'no column "xx"'),
    (lambda m: m.density({"x": 1}, of="x"), '"x" is asked and given at once'),
    (lambda m: m.density({"x": "much"}, of="people"), 'Row 1, column "x": the model has numbers here'),
    (lambda m: m.density({"x": np.inf}, of="people"), "infinite"),
    (lambda m: m.density({"x": [1, 2], "sky": ["red", "rad"]}, of="people"), "Row 2.*did you mean .red.*unseen"),
    (lambda m: m.density({"day": "yesterday"}, of="people"), "dates"),
    (lambda m: m.density({"x": [1, 2, 3], "sky": ["red", "red"]}, of="people"), "2 values, others have 3"),
    (lambda m: m.density(3, of="people"), "no table"),
    (lambda m: m.density({"x": 1}, of="people").quantile(1.2), "probability from 0 to 1"),
    (lambda m: m.density({"x": 1}, of="people").interval(1), "mass between 0 and 1"),
    (lambda m: m.density({"x": [1, 2]}, of="people").pdf([1, 2, 3]), "values of shape"),
    (lambda m: m.density({"x": 1}, of="people").sample(0), "at least 1"),
    (lambda m: m.density({"x": 1}, of="sky").pdf(3), "has categories, not numbers"),
    (lambda m: m.impute({"x": 1}, method="best"), "method"),
    (lambda m: m.score({}), "none of the columns"),
    (lambda m: m.sample_joint({"x": 1}, 3, of=["people", "people"]), "named twice"),
]


@pytest.mark.parametrize(("ask", "sentence"), MISTAKES, ids=[each[1] for each in MISTAKES])
def test_mistakes_are_one_sentence(model: anygiven.Model, ask: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as told:
        ask(model)
    assert "\n" not in str(told.value)


def test_unseen_categories_can_be_missing(model: anygiven.Model) -> None:
    found = model.density({"x": 1, "sky": "rad"}, of="people", unseen="missing")
    assert np.array_equal(found.mean(), model.density({"x": 1}, of="people").mean())


def test_files_that_are_no_models(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="There is no file"):
        anygiven.load(tmp_path / "nothing.onnx")
    other = tmp_path / "other.onnx"
    other.write_text("no model")
    with pytest.raises(ValueError, match="no model that ONNX Runtime can read"):
        anygiven.load(other)
