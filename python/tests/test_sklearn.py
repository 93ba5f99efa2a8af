"""The estimators are what scikit-learn takes for its own, and train with the real program."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pandas
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from anygiven import AnygivenClassifier, AnygivenImputer, AnygivenRegressor

#: A network so small that training takes no time beside starting the program.
TINY = {
    "embedding_dim": 8, "heads": 1, "ffn_dim": 8, "encoder_layers": 1, "head_dim": 16, "head_layers": 1,
    "batch_size": 32, "epochs": 8, "workers": 1, "members": 1, "learning_rate": 0.01,
}  # fmt: skip

needs_program = pytest.mark.skipif(
    "ANYGIVEN_COMMAND" not in os.environ, reason="ANYGIVEN_COMMAND names no program anygiven: run npm run build"
)


def test_parameters_and_clones() -> None:
    first = AnygivenRegressor(minutes=2, options=TINY)
    second = clone(first)
    assert second is not first and second.get_params() == first.get_params()
    assert second.set_params(minutes=3) is second and second.minutes == 3
    assert first.minutes == 2
    with pytest.raises(ValueError, match="no parameter 'minute'"):
        second.set_params(minute=3)
    assert is_regressor(first) and is_classifier(AnygivenClassifier())
    assert "seed=1" in repr(AnygivenImputer())


def test_scikit_learn_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, anygiven; anygiven.AnygivenRegressor().get_params(); print([m for m in ('sklearn', 'pandas', 'onnxruntime') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "[]"


def test_without_the_program_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANYGIVEN_COMMAND", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ValueError, match="npm install -g anygiven"):
        AnygivenRegressor().fit([[1.0], [2.0]], [1, 2])
    with pytest.raises(ValueError, match="not fitted"):
        AnygivenRegressor().predict([[1.0]])


@needs_program
def test_a_mistake_is_the_programs_sentence() -> None:
    with pytest.raises(ValueError, match="epoch"):
        AnygivenRegressor(options={"epochs": "many"}).fit(np.eye(50), np.arange(50.0))


@needs_program
def test_regressor() -> None:
    x, y = load_diabetes(return_X_y=True, as_frame=True)
    x = x.copy()
    x.iloc[::7, 2] = np.nan
    fitted = AnygivenRegressor(options={**TINY, "epochs": 30}).fit(x, y)
    assert list(fitted.feature_names_in_) == list(x.columns)
    assert fitted.score(x, y) > 0.3
    quantiles = fitted.predict_quantiles(x, [0.1, 0.9])
    assert quantiles.shape == (len(x), 2)
    inside = ((y >= quantiles[:, 0]) & (y <= quantiles[:, 1])).mean()
    assert 0.65 < inside < 0.95
    assert fitted.predict_distribution(x.iloc[:3]).pdf(100).shape == (3,)
    again: Any = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict(x), fitted.predict(x))
    with pytest.raises(ValueError, match="fitted with 10"):
        fitted.predict(x.iloc[:, :3])


@needs_program
def test_classifier_in_a_pipeline_and_cross_validation() -> None:
    x, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    estimator = make_pipeline(StandardScaler(), AnygivenClassifier(options={**TINY, "epochs": 80}))
    scores = cross_val_score(estimator, x, names, cv=2)
    assert scores.mean() > 0.8
    fitted = AnygivenClassifier(options=TINY).fit(x, y)
    assert fitted.classes_.tolist() == [0, 1, 2]
    assert fitted.predict_proba(x).sum(1) == pytest.approx(1)
    assert np.exp(fitted.predict_log_proba(x)) == pytest.approx(fitted.predict_proba(x))
    assert fitted.predict(x).dtype == y.dtype


@needs_program
def test_imputer() -> None:
    random = np.random.default_rng(1)
    base = random.standard_normal(300)
    frame = pandas.DataFrame(
        {"a": base, "b": 2 * base + 0.1 * random.standard_normal(300), "c": np.where(base > 0, "up", "down")}
    )
    holes = frame.copy()
    holes.loc[::5, "b"] = np.nan
    holes.loc[1::5, "c"] = None
    imputer = AnygivenImputer(options={**TINY, "epochs": 40})
    filled = imputer.fit_transform(holes)
    assert filled.notna().all().all()
    known = holes.b.notna()
    assert (filled.b[known] == frame.b[known]).all()
    assert np.abs(filled.b - frame.b)[~known].mean() < np.abs(frame.b)[~known].mean() / 2
    assert (filled.c == frame.c).mean() > 0.9
    assert imputer.get_feature_names_out().tolist() == ["a", "b", "c"]
    numbers = AnygivenImputer(options=TINY, method="draw").fit_transform(holes[["a", "b"]].to_numpy())
    assert numbers.dtype == float and not np.isnan(numbers).any()
