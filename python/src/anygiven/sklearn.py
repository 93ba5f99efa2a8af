"""Estimators as scikit-learn knows them. Training calls the program `anygiven`; scikit-learn itself is imported only by what needs it."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._distributions import Categories, Distributions
from ._model import Model, load
from ._normal import Floats
from ._program import flags_of, program, run, write_rows
from ._tables import column_names, column_values

_TARGET = "y"


class _Estimator:
    """Parameters by the names of the constructor, and a model that is trained by the command line."""

    _kind = ""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        names = [name for name in inspect.signature(type(self).__init__).parameters if name != "self"]
        return {name: getattr(self, name) for name in names}

    def set_params(self, **params: Any) -> Any:
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(known)}.")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.get_params().items())})"

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type=self._kind if self._kind != "transformer" else None,
            target_tags=TargetTags(required=self._kind != "transformer"),
            transformer_tags=TransformerTags() if self._kind == "transformer" else None,
            regressor_tags=RegressorTags() if self._kind == "regressor" else None,
            classifier_tags=ClassifierTags() if self._kind == "classifier" else None,
            input_tags=InputTags(allow_nan=True, string=True, categorical=True),
        )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_bytes_")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_loaded"}

    @property
    def model_(self) -> Model:
        """The trained model: ask it anything else."""
        if not hasattr(self, "model_bytes_"):
            raise ValueError(f"This {type(self).__name__} is not fitted yet: call fit first.")
        if not hasattr(self, "_loaded"):
            self._loaded = load(self.model_bytes_)
        return self._loaded

    def _train(self, table: _Table, target: np.ndarray | None, flags: Sequence[str]) -> None:
        settings: Mapping[str, Any] = getattr(self, "options", None) or {}
        given = [] if getattr(self, "minutes", None) is None else ["--minutes", str(self.minutes)]  # type: ignore[attr-defined]
        command = program(getattr(self, "command", None))
        with tempfile.TemporaryDirectory(prefix="anygiven-") as folder:
            rows, model, file = (str(Path(folder) / name) for name in ("rows.csv", "model", "model.onnx"))
            table.write(rows, target)
            seed = ["--seed", str(self.seed)]  # type: ignore[attr-defined]
            run([*command, "train", rows, "--out", model, *seed, *given, *flags, *table.flags, *flags_of(settings)])
            run([*command, "export", model, "--out", file])
            self.model_bytes_ = Path(file).read_bytes()
        self.__dict__.pop("_loaded", None)
        self.n_features_in_ = len(table.names)
        if table.has_names:
            self.feature_names_in_ = np.array(table.names, dtype=object)

    def _rows(self, x: Any) -> dict[str, Any]:
        model, table = self.model_, _Table(x)
        if len(table.names) != self.n_features_in_:
            raise ValueError(
                f"X has {len(table.names)} features, but {type(self).__name__} was fitted with {self.n_features_in_}."
            )
        known = {column.name for column in model.columns}
        return {f"x{k}": values for k, values in enumerate(table.columns) if f"x{k}" in known}

    def _answers(self, x: Any) -> Distributions:
        rows = self._rows(x)
        if not rows:  # every column was left out in training
            table = _Table(x)
            rows = {self.model_.columns[0].name: [None] * table.rows}
        return self.model_.density(rows, of=_TARGET, unseen="missing")


class _Table:
    """The columns of X, by whatever names: in files and models they are x0, x1 ..."""

    def __init__(self, x: Any) -> None:
        self.has_names = hasattr(x, "columns") or hasattr(x, "column_names") or isinstance(x, Mapping)
        if self.has_names:
            self.names = column_names(x)
            self.columns = [column_values(x, name) for name in self.names]
            kinds = [str(getattr(x[name], "dtype", "")) for name in self.names]
        else:
            matrix = np.asarray(x)
            if matrix.ndim != 2:
                raise ValueError(f"X has the shape {matrix.shape}; it must be a table (rows, features).")
            self.names = [f"x{k}" for k in range(matrix.shape[1])]
            self.columns = list(matrix.T)
            kinds = ["" for _ in self.names]
        self.rows = len(self.columns[0]) if self.columns else 0
        #: Columns that are said to be of categories, though they may hold numbers.
        self.flags = [flag for k, kind in enumerate(kinds) if kind == "category" for flag in ("--kind", f"x{k}=category")]

    def write(self, path: str, target: np.ndarray | None) -> None:
        columns = {f"x{k}": values for k, values in enumerate(self.columns)}
        write_rows(path, columns if target is None else {**columns, _TARGET: target})


def _target(y: ArrayLike, rows: int) -> np.ndarray:
    values = np.asarray(y.to_numpy() if hasattr(y, "to_numpy") else y)
    values = values.ravel() if values.ndim == 2 and values.shape[1] == 1 else values
    if values.ndim != 1 or len(values) != rows:
        raise ValueError(f"y has the shape {values.shape} for {rows} rows; give one value for each row.")
    return values


class AnygivenRegressor(_Estimator):
    """A number's whole distribution from the other columns of a table, gaps and categories as they are.

    minutes: how long to train; None: until it gets no better. options: of `anygiven train`, {"batch_size": 128}.
    predict: "mean" (the best by squared errors) or "median". command: the program, if it is not on the PATH.
    """

    _kind = "regressor"

    def __init__(
        self,
        *,
        minutes: float | None = None,
        seed: int = 1,
        predict_by: str = "mean",
        options: Mapping[str, Any] | None = None,
        command: str | Sequence[str] | None = None,
    ) -> None:
        self.minutes = minutes
        self.seed = seed
        self.predict_by = predict_by
        self.options = options
        self.command = command

    def fit(self, X: Any, y: ArrayLike) -> AnygivenRegressor:
        if self.predict_by not in ("mean", "median"):
            raise ValueError(f'predict_by is {self.predict_by!r}; it must be "mean" or "median".')
        table = _Table(X)
        self._train(table, _target(y, table.rows).astype(float), ["--outputs", _TARGET])
        return self

    def predict(self, X: Any) -> Floats:
        answers = self._answers(X)
        return answers.mean() if self.predict_by == "mean" else answers.median()

    def predict_distribution(self, X: Any) -> Distributions:
        """The whole distributions: pdf, cdf, quantile, sample, interval."""
        return self._answers(X)

    def predict_quantiles(self, X: Any, quantiles: Sequence[float] = (0.05, 0.5, 0.95)) -> Floats:
        """(rows, quantiles)."""
        return self._answers(X).quantile(list(quantiles))

    def score(self, X: Any, y: ArrayLike) -> float:
        """R squared, as scikit-learn's regressors have it."""
        found = self.predict(X)
        truth = _target(y, len(found)).astype(float)
        return float(1 - ((truth - found) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


class AnygivenClassifier(_Estimator):
    """The probability of each class from the other columns of a table, gaps and categories as they are.

    minutes: how long to train; None: until it gets no better. options: of `anygiven train`, {"batch_size": 128}.
    """

    _kind = "classifier"

    def __init__(
        self,
        *,
        minutes: float | None = None,
        seed: int = 1,
        options: Mapping[str, Any] | None = None,
        command: str | Sequence[str] | None = None,
    ) -> None:
        self.minutes = minutes
        self.seed = seed
        self.options = options
        self.command = command

    def fit(self, X: Any, y: ArrayLike) -> AnygivenClassifier:
        table = _Table(X)
        self.classes_, index = np.unique(_target(y, table.rows), return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y has one class only ({self.classes_[0]!r}), so there is nothing to learn.")
        names = np.array([f"class {k}" for k in index], dtype=object)
        self._train(table, names, ["--outputs", _TARGET, "--kind", f"{_TARGET}=category"])
        return self

    def predict_proba(self, X: Any) -> Floats:
        """(rows, classes), in the order of `classes_`."""
        answers = self._answers(X)
        assert isinstance(answers, Categories)
        place = {name: k for k, name in enumerate(answers.categories)}
        found = np.zeros((answers.rows, len(self.classes_)))
        for k in range(len(self.classes_)):
            if f"class {k}" in place:
                found[:, k] = answers.probabilities[:, place[f"class {k}"]]
        return found

    def predict_log_proba(self, X: Any) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        return self.classes_[self.predict_proba(X).argmax(1)]

    def score(self, X: Any, y: ArrayLike) -> float:
        """The share that is right."""
        found = self.predict(X)
        return float((found == _target(y, len(found))).mean())


class AnygivenImputer(_Estimator):
    """Fills missing cells, each from what its row has. Columns that training leaves out (empty, constant) stay as they are.

    method: "median", "mean", or "draw": all missing cells of a row drawn together, by `seed`.
    """

    _kind = "transformer"

    def __init__(
        self,
        *,
        method: str = "median",
        minutes: float | None = None,
        seed: int = 1,
        options: Mapping[str, Any] | None = None,
        command: str | Sequence[str] | None = None,
    ) -> None:
        self.method = method
        self.minutes = minutes
        self.seed = seed
        self.options = options
        self.command = command

    def fit(self, X: Any, y: Any = None) -> AnygivenImputer:
        self._train(_Table(X), None, [])
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        return self.fit(X, y).transform(X)

    def transform(self, X: Any) -> Any:
        """A frame of pandas as one, anything else as an array (rows, features)."""
        table = _Table(X)
        filled = self.model_.impute(self._rows(X), method=self.method, seed=self.seed, unseen="missing")
        columns = [filled.get(f"x{k}", values) for k, values in enumerate(table.columns)]
        if hasattr(X, "iloc"):
            frame = X.copy()
            for name, old, new in zip(table.names, table.columns, columns, strict=True):
                if new is not old:
                    frame[name] = new
            return frame
        is_numeric = all(each.dtype.kind in "fiub" for each in columns)
        return np.stack([each.astype(float if is_numeric else object) for each in columns], axis=1)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        names = input_features if input_features is not None else getattr(
            self, "feature_names_in_", [f"x{k}" for k in range(self.n_features_in_)]
        )
        return np.asarray(names, dtype=object)


__all__ = ["AnygivenClassifier", "AnygivenImputer", "AnygivenRegressor", "program"]
