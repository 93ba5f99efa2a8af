"""A model in one file: reads it, asks it, and puts its answers together."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np

from ._columns import Column, column_of, near_names
from ._continuous import Bounded, Continuous, Mixtures, Recalibrated
from ._curves import MonotoneCubic
from ._distributions import Angles, Categories, Distributions, Numbers
from ._normal import Floats
from ._observed import observed_log_density
from ._tables import Given, Rows, column_values, rows_of

_FORMAT = "anygiven-onnx"
_FORMAT_VERSION = 1
# Cells of one run: rows times columns times columns asked.
_CELLS_AT_ONCE = 20_000


def load(path: str | os.PathLike[str] | bytes, *, threads: int = 0) -> Model:
    """A model from the file that `anygiven export` wrote, or from its bytes.

    threads: how many ONNX Runtime computes with; 0, the default, as many as there are cores.
    Raises ValueError for a file that is none, or of a newer anygiven.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    source = path if isinstance(path, bytes) else os.fspath(path)
    if isinstance(source, str) and not os.path.isfile(source):
        raise ValueError(f"There is no file {source}: write it with `anygiven export MODEL --out {source}`.")
    try:
        session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        named = "These bytes are" if isinstance(source, bytes) else f"{source} is"
        raise ValueError(f"{named} no model that ONNX Runtime can read: export it again ({error}).") from error
    return Model(session, "a model" if isinstance(source, bytes) else source)


class Model:
    """p(any column | any others) of one table.

    A question is a dictionary of values; rows are a dictionary of columns or a table of pandas, polars or pyarrow. Dates are days
    since 1970-01-01 in answers (`anygiven.to_datetime` makes moments of them); categories are names.
    """

    def __init__(self, session: Any, source: str) -> None:
        told = session.get_modelmeta().custom_metadata_map.get("anygiven")
        if told is None:
            raise ValueError(f"{source} was not made by `anygiven export`: it has no metadata of that name.")
        self._told: dict[str, Any] = json.loads(told)
        version = self._told.get("formatVersion")
        if self._told.get("format") != _FORMAT or not isinstance(version, int) or version > _FORMAT_VERSION:
            raise ValueError(f"{source} was made by a newer anygiven (format {version}): pip install -U anygiven.")
        self._session = session
        #: The columns that the model knows, in its order.
        self.columns: tuple[Column, ...] = tuple(column_of(each) for each in self._told["columns"])
        #: The names of those that the file answers for.
        self.outputs: tuple[str, ...] = tuple(self._told["of"])
        levels = self._told["levels"]
        self._levels = np.linspace(-levels["end"], levels["end"], levels["count"])
        self._places = {column.name: k for k, column in enumerate(self.columns)}

    def __repr__(self) -> str:
        return f"<anygiven.Model of {len(self.columns)} columns: {', '.join(each.name for each in self.columns)}>"

    @overload
    def density(  # type: ignore[overload-overlap]  # a text is a sequence of texts, too
        self, given: Given = None, *, of: str, unseen: str = "error"
    ) -> Distributions: ...

    @overload
    def density(
        self, given: Given = None, *, of: Sequence[str], unseen: str = "error"
    ) -> dict[str, Distributions]: ...

    def density(
        self, given: Given = None, *, of: str | Sequence[str], unseen: str = "error"
    ) -> Distributions | dict[str, Distributions]:
        """The distributions of one column, or of several by name, in each row: given all that the row has, but those asked.

        unseen: what becomes of a category that training has not seen: "error", or "missing".
        Raises ValueError for a column that the model does not know, and a cell that its column can't have.
        """
        names = [of] if isinstance(of, str) else list(of)
        targets = [self._target(name) for name in names]
        rows = rows_of(given, self.columns, unseen=unseen)
        if isinstance(given, Mapping):
            both = next((name for name in names if name in given), None)
            if both is not None and not np.isnan(rows.cells[:, self._places[both]]).all():
                raise ValueError(f'"{both}" is asked and given at once: leave it out of one of them.')
        made = self._distributions(rows.without(targets), targets)
        return made[0] if isinstance(of, str) else dict(zip(names, made, strict=True))

    def sample_joint(
        self, given: Given = None, n: int = 1000, *, of: Sequence[str] | None = None, seed: int = 1
    ) -> dict[str, np.ndarray]:
        """Draws columns together, by the chain rule: (n,) values of each for a question, (rows, n) for a table.

        of: which, in this order; default all that are missing in every row.
        """
        rows = rows_of(given, self.columns)
        names = list(of) if of is not None else [
            name for name in self.outputs if np.isnan(rows.cells[:, self._places[name]]).all()
        ]
        targets = [self._target(name) for name in names]
        if not names:
            raise ValueError("Nothing is left to draw: name the columns with `of`.")
        if len(set(names)) < len(names):
            raise ValueError("A column is named twice in `of`.")
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"The number of samples is {n!r}; it must be a whole number of at least 1.")
        open_ = rows.without(targets)
        drawn = Rows(None, np.repeat(open_.cells, n, 0), np.repeat(rows.errors, n, 0), [])
        drawn.errors[:, targets] = np.nan
        random = np.random.default_rng(seed)
        for target in targets:
            self._draw_into(drawn, target, np.arange(drawn.count), random)
        is_question = isinstance(given, Mapping) and rows.count == 1 or given is None
        made: dict[str, np.ndarray] = {}
        for name, target in zip(names, targets, strict=True):
            values = self._written(target, drawn.cells[:, target])
            made[name] = values if is_question else values.reshape(rows.count, n)
        return made

    def impute(
        self,
        table: Given,
        *,
        columns: Sequence[str] | None = None,
        method: str = "median",
        seed: int = 1,
        unseen: str = "error",
    ) -> Any:
        """The table with its missing cells filled in; a frame of pandas stays one, others become a dictionary of arrays.

        columns: those to fill; default all of the table that the model answers for. method: "median" (of a category the most
        probable), "mean", or "draw": one possible table, all missing cells of a row drawn together.
        """
        if method not in ("median", "mean", "draw"):
            raise ValueError(f'The method is {method!r}; it must be "median", "mean" or "draw".')
        rows = rows_of(table, self.columns, unseen=unseen)
        names = list(columns) if columns is not None else [name for name in self.outputs if name in rows.names]
        targets = [self._target(name) for name in names]
        missing = {target: np.flatnonzero(np.isnan(rows.cells[:, target])) for target in targets}
        filled = Rows(None, rows.cells.copy(), rows.errors, rows.names)
        random = np.random.default_rng(seed)
        for target, where in missing.items():
            if len(where) == 0:
                continue
            if method == "draw":
                self._draw_into(filled, target, where, random)
                continue
            asked = Rows(None, rows.cells[where], rows.errors[where], rows.names)
            filled.cells[where, target] = self._guesses(asked, target, method)
        return self._in_table(table, rows, filled, missing)

    def score(self, table: Given, *, of: Sequence[str] | None = None, unseen: str = "error") -> dict[str, Floats]:
        """The log likelihood of each known cell given all others of its row, by column; NaN where a cell is missing.

        Per data unit of a number; the log probability of a category, point mass or whole number. Where the model answers of
        true values, a cell with an error is held against what would be measured.
        """
        rows = rows_of(table, self.columns, unseen=unseen)
        names = list(of) if of is not None else [name for name in self.outputs if name in rows.names]
        if not names:
            raise ValueError("The table has none of the columns that the model answers for.")
        targets = [self._target(name) for name in names]
        found: dict[str, Floats] = {}
        for name, target in zip(names, targets, strict=True):
            values = rows.cells[:, target]
            scores = np.full(rows.count, np.nan)
            known = np.flatnonzero(~np.isnan(values))
            if len(known) > 0:
                asked = Rows(None, rows.cells[known], rows.errors[known], rows.names)
                (answers,) = self._distributions(asked.without([target]), [target])
                scores[known] = self._log_likelihoods(answers, values[known], rows.errors[known, target])
            found[name] = scores
        return found

    def _log_likelihoods(self, answers: Distributions, values: Floats, errors: Floats) -> Floats:
        column = answers.column
        if isinstance(answers, Categories):
            with np.errstate(divide="ignore"):
                return np.log(answers.probabilities[np.arange(len(values)), values.astype(int)])
        logs = answers.log_likelihood(values)
        blurred = column.deconvolved & (errors > 0)
        if not blurred.any():
            return logs
        if not isinstance(answers, Numbers):
            raise ValueError(
                f'"{column.name}" lies on a circle and has measurement errors, which are scored by `anygiven score` only.'
            )
        is_mass = np.isin(values, answers.column.point_masses)
        observed = observed_log_density(answers, values, np.where(blurred, errors, 1.0))
        return np.where(blurred & ~is_mass, observed, logs)

    def _target(self, name: str) -> int:
        if name not in self._places:
            raise ValueError(f'The model has no column "{name}"{near_names(name, list(self._places)) or "."}')
        if name not in self.outputs:
            why = "the model only takes it as given" if not self.columns[self._places[name]].output else (
                "export it again with this column in --of, or without --of"
            )
            raise ValueError(f'This file does not answer for "{name}": {why}.')
        return self._places[name]

    def _draw_into(self, rows: Rows, target: int, where: np.ndarray, random: np.random.Generator) -> None:
        asked = Rows(None, rows.cells[where], rows.errors[where], rows.names)
        (answers,) = self._distributions(asked.without([target]), [target])
        assert isinstance(answers, (Categories, Numbers, Angles))
        rows.cells[where, target] = answers._draw(1, random)[:, 0]
        rows.errors[where, target] = np.nan

    def _guesses(self, rows: Rows, target: int, method: str) -> Floats:
        (answers,) = self._distributions(rows.without([target]), [target])
        if isinstance(answers, Categories):
            return answers.probabilities.argmax(1).astype(float)
        return answers.mean() if method == "mean" else answers.median()

    def _written(self, target: int, cells: Floats) -> np.ndarray:
        """Categories by name, numbers as they are."""
        column = self.columns[target]
        if not column.is_categorical:
            return cells
        names = np.array([*column.categories, None], dtype=object)
        return names[np.where(np.isnan(cells), len(column.categories), cells).astype(int)]

    def _in_table(self, table: Given, rows: Rows, filled: Rows, missing: dict[int, np.ndarray]) -> Any:
        from ._columns import to_datetime

        made: dict[str, np.ndarray] = {}
        for target, where in missing.items():
            column = self.columns[target]
            new = self._written(target, filled.cells[:, target])
            if column.kind == "boolean":
                new = np.array([None if each is None else each == "true" for each in new], dtype=object)
            if column.name not in rows.names:
                made[column.name] = new
                continue
            old = column_values(table, column.name)
            values = np.array(np.broadcast_to(old, (rows.count,)), dtype=old.dtype)
            if len(where) > 0:
                put = new[where]
                if column.kind == "date" and values.dtype.kind in "MO":
                    moments = to_datetime(put)
                    days = [np.datetime_as_string(each, "D" if column.whole else "ms") for each in moments]
                    put = moments if values.dtype.kind == "M" else np.array(days, dtype=object)
                elif values.dtype.kind in "iub":
                    values = values.astype(object if column.is_categorical else float)
                elif values.dtype.kind == "O" and not column.is_categorical:
                    values = np.array([np.nan if each is None else each for each in values], dtype=object)
                values[where] = put
            made[column.name] = values
        if not rows.is_pandas:
            kept = {name: column_values(table, name) for name in rows.names}
            return {**kept, **made}
        frame = table.copy()
        for name, values in made.items():
            if len(missing[self._places[name]]) == 0 and name in frame.columns:
                continue
            where = missing[self._places[name]]
            if name in frame.columns:
                column = frame[name].copy()
                put = values[where]
                if self.columns[self._places[name]].is_categorical and str(column.dtype) == "category":
                    column = column.cat.add_categories([each for each in set(put) if each not in column.cat.categories])
                elif str(column.dtype)[:3].lower() == "int" and not all(float(each).is_integer() for each in put):
                    column = column.astype(float)
                column.iloc[where] = put
                frame[name] = column
            else:
                frame[name] = values
        return frame

    def _distributions(self, rows: Rows, targets: Sequence[int]) -> list[Distributions]:
        """One for each target; what each row has is given, but a target's own cell."""
        outputs = self._run(rows, targets)
        return [self._distribution(target, rows, {name: of[k] for name, of in outputs.items()})
                for k, target in enumerate(targets)]

    def _run(self, rows: Rows, targets: Sequence[int]) -> dict[str, Floats]:
        names = [output.name for output in self._session.get_outputs()]
        fixed = [self._places[name] for name in self.outputs]
        at_once = max(1, _CELLS_AT_ONCE // (len(self.columns) * (1 if self._told["free"] else len(fixed))))
        parts: dict[str, list[Floats]] = {name: [] for name in names}
        for start in range(0, max(1, rows.count), at_once):
            feeds: dict[str, np.ndarray] = {"cells": rows.cells[start : start + at_once]}
            if self._told["errors"]:
                feeds["errors"] = rows.errors[start : start + at_once]
            if self._told["free"]:
                feeds["of"] = np.asarray(targets, np.int64)
            for name, made in zip(names, self._session.run(names, feeds), strict=True):
                parts[name].append(made if self._told["free"] else made[[fixed.index(each) for each in targets]])
        return {name: np.concatenate(each, axis=1) for name, each in parts.items()}

    def _distribution(self, target: int, rows: Rows, made: dict[str, Floats]) -> Distributions:
        column = self.columns[target]
        others = np.delete(rows.cells, target, axis=1)
        given = (~np.isnan(others)).sum(1)
        sizes = column.details.get("recalibration", [])
        most = np.array([size["most"] for size in sizes])
        which = np.minimum(np.searchsorted(most, given), len(sizes) - 1) if sizes else given * 0
        classes = self._classes(column, made.get("probabilities"), sizes, which)
        if column.is_categorical:
            assert classes is not None
            return Categories(column, classes, rows.source)
        curves = self._curves(column, made, sizes, which)
        return (Numbers if column.period is None else Angles)(column, curves, classes, rows.source)

    @staticmethod
    def _classes(
        column: Column, probabilities: Floats | None, sizes: list[dict[str, Any]], which: np.ndarray
    ) -> Floats | None:
        place = column.details["classes"]
        if place["count"] == 0 or probabilities is None:
            return None
        own = probabilities[:, place["offset"] : place["offset"] + place["count"]].astype(float)
        if column.details.get("onlyPointMasses"):
            own[:, 0] = 0  # there is no continuous part
        own = own / own.sum(1, keepdims=True)
        for k, size in enumerate(sizes):
            trusted = size.get("classes")
            rows = which == k
            if trusted is None or not rows.any():
                continue
            shares = np.array(trusted["shares"])
            safe = np.where(shares > 0, shares, 1)
            trusting = np.where(shares > 0, shares * (own[rows] / safe) ** trusted["trust"], own[rows])
            own[rows] = trusting / trusting.sum(1, keepdims=True)
        return own

    def _curves(
        self, column: Column, made: dict[str, Floats], sizes: list[dict[str, Any]], which: np.ndarray
    ) -> Continuous:
        mixtures = Mixtures(made["shares"], made["means"], made["widths"], self._levels)
        curves: Mixtures | Bounded = mixtures
        ends = column.details.get("ends")
        if ends is not None:
            low, high = ends
            curves = Bounded(mixtures, -np.inf if low is None else low, np.inf if high is None else high)
        if not any("levels" in size for size in sizes):
            return curves
        maps = [
            MonotoneCubic(*(size["levels"][part] for part in ("from", "to", "slopes"))) if "levels" in size else None
            for size in sizes
        ]
        return Recalibrated(curves, maps, which, ends is not None)
