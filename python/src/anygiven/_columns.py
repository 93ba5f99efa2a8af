"""A column of a model: its kind, units, scale and classes, and how a table's cells become its numbers."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._curves import MonotoneCubic
from ._normal import Floats

_TRUE = {"true", "yes", "y", "t", "1"}
_FALSE = {"false", "no", "n", "f", "0"}


@dataclass(frozen=True)
class Column:
    """What a model knows of a column. Values are in the table's own units."""

    name: str
    #: "number", "integer", "date", "circular", "category" or "boolean".
    kind: str
    #: Whether the model answers for it, or only takes it as given.
    output: bool
    #: What its values are measured in, if the table said so.
    unit: str | None
    #: Names of a category, in the order of its indices and probabilities; empty for numbers.
    categories: tuple[str, ...]
    #: Values that a noticeable share of the rows has exactly.
    point_masses: tuple[float, ...]
    #: Below and above which there is no value; None where there is no bound.
    bounds: tuple[float | None, float | None]
    #: After how much a value is the same again: 360 of an angle. None on a line.
    period: float | None
    #: Whether only whole numbers occur.
    whole: bool
    #: Whether the training had measurement errors of it, and whether answers are of true values, without them.
    errors: bool
    deconvolved: bool
    details: dict[str, Any] = field(repr=False, compare=False)

    @property
    def is_categorical(self) -> bool:
        return bool(self.details["isCategorical"])


def column_of(told: dict[str, Any]) -> Column:
    """The column that a file's metadata describe."""
    low, high = told.get("bounds", (None, None))
    return Column(
        name=told["name"],
        kind=told["kind"],
        output=told["output"],
        unit=told.get("unit"),
        categories=tuple(told.get("categories", ())),
        point_masses=tuple(told["pointMasses"]),
        bounds=(low, high),
        period=told.get("period"),
        whole=told.get("whole", False),
        errors=told.get("errors", False),
        deconvolved=told.get("deconvolved", False),
        details=told,
    )


class Coordinates:
    """Data units x, standardised units u; both maps increase."""

    def __init__(self, column: Column) -> None:
        told = column.details
        self._center, self._scale, self._transform = told["center"], told["scale"], told["transform"]
        if self._transform["by"] == "quantiles":
            self._curve = MonotoneCubic(self._transform["u"], self._transform["s"], self._transform["slopes"])

    def to_standardised(self, x: Floats) -> Floats:
        s = (x - self._center) / self._scale
        by = self._transform["by"]
        if by == "none":
            return s
        if by == "asinh":
            width = self._transform["width"]
            return np.arcsinh(s / width) * (width / self._transform["stretch"])
        return self._curve.inverse(s)

    def to_data(self, u: Floats) -> Floats:
        by = self._transform["by"]
        if by == "none":
            return self._center + self._scale * u
        if by == "asinh":
            width = self._transform["width"]
            return self._center + self._scale * width * np.sinh(u / (width / self._transform["stretch"]))
        return self._center + self._scale * self._curve.value(u)

    def slope(self, u: Floats) -> Floats:
        """dx/du."""
        by = self._transform["by"]
        if by == "none":
            return np.full_like(u, self._scale)
        if by == "asinh":
            width = self._transform["width"]
            outer = width / self._transform["stretch"]
            return self._scale * width / outer * np.cosh(u / outer)
        return self._scale * self._curve.slope(u)


def near_names(given: str, names: Sequence[str]) -> str:
    """'; did you mean "logg"?', or nothing where no name is near."""
    near = difflib.get_close_matches(given, names, 1)
    return f'; did you mean "{near[0]}"?' if near else ""


def cells_of(column: Column, values: Any, *, unseen: str = "error") -> Floats:
    """A table's cells as the model takes them, NaN where missing.

    Raises ValueError, naming the row, for a cell that the column can't have.
    """
    cells = np.asarray(values)
    if column.is_categorical:
        return _categories(column, cells, unseen)
    if column.kind == "date":
        return _days(column, cells)
    return _finite(column, _numbers(column, cells))


def _where(column: Column, row: int) -> str:
    return f'Row {row + 1}, column "{column.name}"'


def _is_missing(cell: Any) -> bool:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, (float, np.floating)) and bool(np.isnan(cell))


def _numbers(column: Column, cells: np.ndarray) -> Floats:
    if cells.dtype.kind in "fiub":
        return cells.astype(float)
    found = np.full(cells.shape, np.nan)
    for row, cell in enumerate(cells):
        if _is_missing(cell):
            continue
        if isinstance(cell, (str, bytes)) or not np.isscalar(cell) and not hasattr(cell, "__float__"):
            raise ValueError(f"{_where(column, row)}: the model has numbers here, not {cell!r}.")
        try:
            found[row] = float(cell)
        except (TypeError, ValueError):
            raise ValueError(f"{_where(column, row)}: the model has numbers here, not {cell!r}.") from None
    return found


def _finite(column: Column, found: Floats) -> Floats:
    infinite = np.flatnonzero(np.isinf(found))
    if len(infinite) > 0:
        raise ValueError(
            f"{_where(column, int(infinite[0]))}: the value is infinite; make it missing or finite."
        )
    return found


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?Z?")


def _days(column: Column, cells: np.ndarray) -> Floats:
    """Days since 1970-01-01 (UTC)."""
    if cells.dtype.kind == "M":
        moments = cells.astype("datetime64[us]")
        days = moments.astype(np.int64) / 86_400_000_000
        return np.where(np.isnat(cells), np.nan, days)
    if cells.dtype.kind in "fiu":
        return _finite(column, cells.astype(float))
    found = np.full(cells.shape, np.nan)
    for row, cell in enumerate(cells):
        if _is_missing(cell):
            continue
        if isinstance(cell, datetime.datetime):
            moment = cell if cell.tzinfo is None else cell.astimezone(datetime.timezone.utc).replace(tzinfo=None)
            found[row] = np.datetime64(moment, "us").astype(np.int64) / 86_400_000_000
        elif isinstance(cell, datetime.date):
            found[row] = float(np.datetime64(cell, "D").astype(np.int64))
        elif isinstance(cell, str) and _ISO_DATE.fullmatch(cell.strip()):
            text = np.datetime64(cell.strip().rstrip("Z").replace(" ", "T"), "us")
            found[row] = text.astype(np.int64) / 86_400_000_000
        elif isinstance(cell, (int, float, np.integer, np.floating)) and not isinstance(cell, bool):
            found[row] = float(cell)
        else:
            raise ValueError(f"{_where(column, row)}: the model has dates (such as 2024-05-01) here, not {cell!r}.")
    return _finite(column, found)


def to_datetime(days: Any) -> np.ndarray:
    """Days since 1970-01-01, as answers about dates are, as numpy's moments."""
    numbers = np.asarray(days, float)
    known = np.isfinite(numbers)
    moments = np.round(np.where(known, numbers, 0) * 86_400_000).astype("datetime64[ms]")
    return np.where(known, moments, np.datetime64("NaT"))


def _categories(column: Column, cells: np.ndarray, unseen: str) -> Floats:
    indices = {name: float(k) for k, name in enumerate(column.categories)}
    truths = [_truth(name) for name in column.categories]
    is_truth = len(truths) == 2 and None not in truths and truths[0] != truths[1]
    known: dict[Any, float | None] = {}

    def index_of(cell: Any) -> float | None:
        name = _name_of(cell)
        if name in indices:
            return indices[name]
        said = _truth(name)
        return float(truths.index(said)) if is_truth and said is not None else None

    found = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells.tolist() if cells.dtype.kind != "O" else cells):
        if _is_missing(cell):
            continue
        key = (type(cell), cell)
        if key not in known:
            known[key] = index_of(cell)
        index = known[key]
        if index is None and unseen == "error":
            listed = ", ".join(column.categories[:10]) + (", ..." if len(column.categories) > 10 else "")
            raise ValueError(
                f"{_where(column, row)}: {cell!r} is none of the categories"
                f"{near_names(_name_of(cell), column.categories) or '.'} They are: {listed}. "
                'To take such cells as not given: unseen="missing".'
            )
        found[row] = np.nan if index is None else index
    return found


def _name_of(cell: Any) -> str:
    if isinstance(cell, (bool, np.bool_)):
        return "true" if cell else "false"
    if isinstance(cell, (float, np.floating)) and float(cell).is_integer():
        return str(int(cell))
    return str(cell)


def _truth(name: str) -> bool | None:
    word = name.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None
