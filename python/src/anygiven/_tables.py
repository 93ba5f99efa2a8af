"""Tables of pandas, polars, pyarrow or plain dictionaries, by what they can do: none of these is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._columns import Column, cells_of, near_names
from ._normal import Floats

#: A question (a dictionary of values) or rows: a dictionary of columns, a frame of pandas or polars, a table of pyarrow.
Given = Any


class Rows:
    """The cells of some rows as a model takes them, and the table that they come from."""

    def __init__(self, source: Given, cells: Floats, errors: Floats, names: list[str]) -> None:
        self.source = source
        self.cells = cells
        self.errors = errors
        self.names = names

    @property
    def count(self) -> int:
        return len(self.cells)

    @property
    def is_pandas(self) -> bool:
        return _is_pandas(self.source)

    def without(self, indices: Sequence[int]) -> Rows:
        """The same without what is known of some columns."""
        cells = self.cells.copy()
        cells[:, list(indices)] = np.nan
        return Rows(self.source, cells, self.errors, self.names)


def _is_pandas(table: Given) -> bool:
    return hasattr(table, "iloc") and hasattr(table, "columns")


def column_names(table: Given) -> list[str]:
    if isinstance(table, Mapping):
        return [str(name) for name in table]
    names = getattr(table, "column_names", None)  # of pyarrow; those of pandas and polars are columns
    if names is None:
        names = getattr(table, "columns", None)
    if names is None or callable(names):
        raise ValueError(
            f"A {type(table).__name__} is no table: give a dictionary, or a table of pandas, polars or pyarrow."
        )
    return [str(name) for name in names]


def column_values(table: Given, name: str) -> Any:
    """A column as numpy's array: of objects where it is of names."""
    if isinstance(table, Mapping):
        value = table[name]
        if isinstance(value, (str, bytes)) or not (hasattr(value, "__len__") or hasattr(value, "__array__")):
            return np.array([value], dtype=object)
        values = value.to_numpy() if hasattr(value, "to_numpy") else value
        return _array(values)
    if hasattr(table, "column_names"):  # pyarrow
        column = table.column(name)
        kind = str(column.type)
        is_plain = kind.startswith(("int", "uint", "float", "double", "halffloat"))
        return column.to_numpy() if is_plain else _array(column.to_pylist())
    column = table[name]
    dtype = str(column.dtype)
    if _is_pandas(table) and dtype[:1].isupper():  # Int64, Float64, which hold NA
        return _array(column.astype(object).to_numpy())
    if _is_pandas(table) and dtype.startswith("datetime64") and "," in dtype:  # with a time zone
        return column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    return _array(column.to_numpy())


def _array(values: Any) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim == 0:
        array = array.reshape(1)
    if array.dtype.kind in "US":
        return np.asarray(list(values), dtype=object)
    return array


def error_names(name: str) -> list[str]:
    """What a column with the measurement errors of another is called."""
    return [f"{name}_err", f"{name}_error", f"e_{name}"]


def rows_of(given: Given, columns: Sequence[Column], *, unseen: str = "error") -> Rows:
    """Reads what is given. Columns of a table that the model does not know are left out; those of a question are refused.

    Raises ValueError for an unknown column of a question, columns of different lengths, and a cell that its column can't have.
    """
    if unseen not in ("error", "missing"):
        raise ValueError(f'unseen is {unseen!r}; it must be "error" or "missing".')
    table: Given = {} if given is None else given
    names = column_names(table)
    known = {column.name: column for column in columns}
    errors_of = {
        error: column.name for column in columns if column.errors for error in error_names(column.name)
    }
    if isinstance(table, Mapping):
        for name in names:
            if name not in known and name not in errors_of:
                raise ValueError(f'The model has no column "{name}"{near_names(name, list(known)) or "."}')
    read = {name: column_values(table, name) for name in names if name in known or name in errors_of}
    lengths = {name: len(values) for name, values in read.items()}
    count = max(lengths.values(), default=1 if isinstance(table, Mapping) else len(table))
    if isinstance(table, Mapping) and 0 in lengths.values():
        count = 0
    for name, length in lengths.items():
        if length not in (1, count):
            raise ValueError(f'Column "{name}" has {length} values, others have {count}; give one for each row.')
    cells = np.full((count, len(columns)), np.nan)
    errors = np.full((count, len(columns)), np.nan)
    places = {column.name: k for k, column in enumerate(columns)}
    for name, values in read.items():
        if name in known:
            cells[:, places[name]] = cells_of(known[name], values, unseen=unseen)
        else:
            column = known[errors_of[name]]
            errors[:, places[column.name]] = np.abs(np.asarray(values, float))
    return Rows(table, cells, errors, names)
