"""Distributions of one column, one for each row: numbers on a line or a circle, and categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._columns import Column, Coordinates, cells_of
from ._continuous import Continuous
from ._grid import FARTHEST_LEVEL, level_grid
from ._normal import Floats, normal_cdf, normal_mass, normal_quantile


class Distributions:
    """The distributions of a column, one for each row of a question.

    A number is asked of all rows, a list of as many numbers as there are rows of each its own, a matrix (rows, m) or
    (1, m) of each its own m. Of one row a list may have any length. Answers are arrays (rows,) or (rows, m).
    """

    #: The column that they are of.
    column: Column
    #: How many there are.
    rows: int

    def __init__(self, column: Column, rows: int, source: Any) -> None:
        self.column = column
        self.rows = rows
        self._source = source

    @property
    def probabilities(self) -> Any:
        """Of a category an array (rows, categories); of numbers a dictionary of the point masses' probabilities."""
        raise NotImplementedError

    def _no_numbers(self) -> ValueError:
        return ValueError(
            f'Column "{self.column.name}" has categories, not numbers: ask for probabilities, mode or sample.'
        )

    def pdf(self, x: ArrayLike) -> Floats:
        """The density per data unit; a point mass has none."""
        raise self._no_numbers()

    def log_pdf(self, x: ArrayLike) -> Floats:
        raise self._no_numbers()

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x); on a circle from 0 on."""
        raise self._no_numbers()

    def quantile(self, p: ArrayLike) -> Floats:
        """The least x with P(X <= x) >= p: of a list of m probabilities (rows, m)."""
        raise self._no_numbers()

    def mean(self) -> Floats:
        raise self._no_numbers()

    def std(self) -> Floats:
        raise self._no_numbers()

    def median(self) -> Floats:
        raise self._no_numbers()

    def interval(self, mass: float) -> tuple[Floats, Floats]:
        """The values between which the probability is `mass`, with as much on either side."""
        raise self._no_numbers()

    def probability(self, x: Any) -> Floats:
        """P(X = x): of a category, a point mass, a whole number; else 0."""
        raise NotImplementedError

    def log_likelihood(self, x: Any) -> Floats:
        """The log probability of a category, point mass or whole number, else the log density; NaN where missing."""
        raise NotImplementedError

    def sample(self, n: int, seed: int = 1) -> Any:
        """(rows, n) random values; the same seed gives the same. Of a category names."""
        raise NotImplementedError

    def to_pandas(self, quantiles: Sequence[float] = (0.05, 0.5, 0.95)) -> Any:
        """A frame of pandas with the rows' index: quantiles, or probabilities, as columns."""
        import pandas

        index = self._source.index if hasattr(self._source, "iloc") else None
        return pandas.DataFrame(self._columns_of_frame(quantiles), index=index)

    def _columns_of_frame(self, quantiles: Sequence[float]) -> dict[str, Any]:
        raise NotImplementedError


def _check_count(n: int) -> None:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"The number of samples is {n!r}; it must be a whole number of at least 1.")


class Categories(Distributions):
    """Of a category or a truth value: a probability for each name."""

    def __init__(self, column: Column, probabilities: Floats, source: Any) -> None:
        super().__init__(column, len(probabilities), source)
        self._probabilities = probabilities

    @property
    def probabilities(self) -> Floats:
        return self._probabilities

    @property
    def categories(self) -> tuple[str, ...]:
        return self.column.categories

    def mode(self) -> np.ndarray:
        """The most probable name of each row."""
        return self._names(self._probabilities.argmax(1))

    def probability(self, x: Any) -> Floats:
        index = self._indices(x)
        found = self._probabilities[np.arange(self.rows), np.where(np.isnan(index), 0, index).astype(int)]
        return np.where(np.isnan(index), np.nan, found)

    def log_likelihood(self, x: Any) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(self.probability(x))

    def sample(self, n: int, seed: int = 1) -> np.ndarray:
        return self._names(self._draw(n, np.random.default_rng(seed)))

    def _draw(self, n: int, random: np.random.Generator) -> np.ndarray:
        _check_count(n)
        ends = np.cumsum(self._probabilities, 1)
        uniform = random.random((self.rows, n)) * ends[:, -1:]
        return (uniform[..., None] >= ends[:, None, :-1]).sum(2)

    def _names(self, indices: np.ndarray) -> np.ndarray:
        return np.array(self.column.categories, dtype=object)[indices]

    def _indices(self, x: Any) -> Floats:
        values = x.to_numpy() if hasattr(x, "to_numpy") else x
        isOne = isinstance(values, (str, bytes, bool, int, float))
        cells = np.array([values], dtype=object) if isOne else np.asarray(values, dtype=object)
        found = cells_of(self.column, cells)
        if len(found) not in (1, self.rows):
            raise ValueError(f"{len(found)} values for {self.rows} rows; give one for each row.")
        return np.broadcast_to(found, (self.rows,))

    def _columns_of_frame(self, quantiles: Sequence[float]) -> dict[str, Any]:
        name = self.column.name
        chances = {f"{name}_p_{each}": self._probabilities[:, k] for k, each in enumerate(self.categories)}
        return {name: self.mode(), **chances}


class _Answers(Distributions):
    """What numbers have in common: places in, arrays of the same shape out."""

    def _places(self, x: ArrayLike, *, shared: bool = False) -> tuple[Floats, tuple[int, ...]]:
        """As a matrix that fits (rows, m), and the shape of the answer."""
        values = x.to_numpy() if hasattr(x, "to_numpy") else x
        places = np.asarray(values, float)
        if places.ndim == 0:
            return np.broadcast_to(places, (self.rows, 1)), (self.rows,)
        if places.ndim == 1:
            if shared or (self.rows == 1 and len(places) != 1):
                return np.broadcast_to(places, (self.rows, len(places))), (self.rows, len(places))
            if len(places) in (1, self.rows):
                return np.broadcast_to(places[:, None], (self.rows, 1)), (self.rows,)
        elif places.ndim == 2 and places.shape[0] in (1, self.rows):
            shape = (self.rows, places.shape[1])
            return np.broadcast_to(places, shape), shape
        raise ValueError(
            f'Column "{self.column.name}": values of shape {places.shape} for {self.rows} rows; '
            "give one number, one for each row, or a matrix (rows, m) or (1, m)."
        )

    def _shares(self, p: ArrayLike) -> tuple[Floats, tuple[int, ...]]:
        shares, shape = self._places(p, shared=True)
        if not np.all((shares >= 0) & (shares <= 1)):
            raise ValueError(f"A quantile needs a probability from 0 to 1, not {p!r}.")
        return shares, shape

    def pdf(self, x: ArrayLike) -> Floats:
        return np.exp(self.log_pdf(x))

    def median(self) -> Floats:
        return self.quantile(0.5)

    def _columns_of_frame(self, quantiles: Sequence[float]) -> dict[str, Any]:
        name = self.column.name
        found = self.quantile(list(quantiles))
        return {f"{name}_q{_digits(p)}": found[:, k] for k, p in enumerate(quantiles)}


def _digits(p: float) -> str:
    return f"{p:.10f}".rstrip("0").split(".")[1].ljust(2, "0")


def _check_mass(mass: float) -> None:
    if not 0 < mass < 1:
        raise ValueError(f"An interval needs a probability mass between 0 and 1, such as 0.9, not {mass}.")


# So few samples are quantiles themselves, more of them are read off a curve through 101.
_FEW = 32
# So wide an interval has a mass worth the difference of two levels; narrower ones are as good as even.
_NARROW = 1e-4
# Spread over more whole numbers than this, a distribution is as good as continuous.
_MAX_LISTED = 1000
_LISTED_LEVEL = 6.0


class Numbers(_Answers):
    """Of numbers, whole numbers and dates (days since 1970-01-01): a continuous part and point masses."""

    def __init__(self, column: Column, curves: Continuous, weights: Floats | None, source: Any) -> None:
        super().__init__(column, curves.rows, source)
        self._curves = curves
        self._coordinates = Coordinates(column)
        #: Of the continuous part, then of each point mass.
        self._weights = np.ones((curves.rows, 1)) if weights is None else weights
        self._masses = np.array(column.point_masses)
        room = 0.5 if column.whole else 0.0
        low, high = column.bounds
        self._bounds = (-np.inf if low is None else low, np.inf if high is None else high)
        self._ends = (self._bounds[0] - room, self._bounds[1] + room)

    @property
    def probabilities(self) -> dict[float, Floats]:
        return {value: self._weights[:, k + 1] for k, value in enumerate(self.column.point_masses)}

    def _level(self, x: Floats) -> Floats:
        return self._curves.level(self._coordinates.to_standardised(x))

    def _value(self, z: Floats) -> Floats:
        return np.clip(self._coordinates.to_data(self._curves.value(z)), *self._ends)

    def _smooth(self, z: Floats) -> Floats:
        return np.clip(self._coordinates.to_data(self._curves.smooth(z)), *self._ends)

    def _class_of(self, x: Floats) -> np.ndarray:
        """0 for a plain number, k + 1 for a point mass, exactly or held as float32."""
        found = np.zeros(x.shape, int)
        for k, mass in enumerate(self._masses):
            found[(x == mass) | (x == np.float64(np.float32(mass)))] = k + 1
        return found

    def log_pdf(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        return self._log_pdf(places).reshape(shape)

    def _log_pdf(self, x: Floats) -> Floats:
        u = self._coordinates.to_standardised(x)
        finite = np.where(np.isfinite(u), u, 0.0)
        with np.errstate(divide="ignore", over="ignore"):
            log = np.log(self._weights[:, :1]) + self._curves.log_pdf(finite)
            log = log - np.log(self._coordinates.slope(finite))
        return np.where(np.isnan(u), np.nan, np.where(np.isinf(u), -np.inf, log))

    def cdf(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        return self._cdf(places).reshape(shape)

    def _cdf(self, x: Floats) -> Floats:
        t = np.floor(x) + 0.5 if self.column.whole else self._as_mass(x)
        sum_ = self._weights[:, :1] * normal_cdf(self._level(t))
        for k, mass in enumerate(self._masses):
            sum_ = sum_ + np.where(mass <= t, self._weights[:, k + 1 : k + 2], 0)
        return np.minimum(1, sum_)

    def _as_mass(self, x: Floats) -> Floats:
        index = self._class_of(x)
        if not index.any():
            return x
        return np.where(index > 0, self._masses[index - 1], x)

    def quantile(self, p: ArrayLike) -> Floats:
        shares, shape = self._shares(p)
        return self._quantile(shares).reshape(shape)

    def _quantile(self, p: Floats) -> Floats:
        weight = self._weights[:, :1]
        below = np.zeros((self.rows, 1))
        found = np.full(p.shape, np.nan)
        share = np.full(p.shape, np.nan)
        open_ = np.ones(p.shape, bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            for k, mass in enumerate(self._masses):
                up_to = below + weight * normal_cdf(self._level(np.full((self.rows, 1), mass)))
                here = open_ & (p <= up_to) & (weight > 0)
                share = np.where(here, (p - below) / weight, share)
                open_ &= ~here
                own = self._weights[:, k + 1 : k + 2]
                is_last = (weight == 0) & (k == len(self._masses) - 1)
                here = open_ & ((p <= up_to + own) | is_last)
                found = np.where(here, mass, found)
                open_ &= ~here
                below = below + own
            share = np.where(open_, (p - below) / weight, share)
        continuous = ~np.isnan(share)
        if continuous.any():
            z = normal_quantile(np.clip(np.where(continuous, share, 0.5), 0, 1))
            found = np.where(continuous, self._value(z), found)
        if self.column.whole:
            found = np.clip(np.ceil(found - 0.5) + 0.0, *self._bounds)
        return found

    def probability(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        return self._probability(places).reshape(shape)

    def _probability(self, x: Floats) -> Floats:
        index = self._class_of(x)
        mass = np.where(index > 0, np.take_along_axis(self._weights, index, 1), 0)
        if self.column.whole:
            to_standardised = self._coordinates.to_standardised
            low, high = to_standardised(x - 0.5), to_standardised(x + 0.5)
            spread = self._weights[:, :1] * normal_mass(self._curves.level(low), self._curves.level(high))
            own = np.where(high - low < _NARROW, np.exp(self._log_pdf(x)), spread)
            mass = mass + np.where(x == np.floor(x), own, 0)
        return np.where(np.isnan(x), np.nan, mass)

    def log_likelihood(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        index = self._class_of(places)
        density = self._log_pdf(places)
        with np.errstate(divide="ignore"):
            mass = np.log(self._probability(places))
        if self.column.whole:
            mass = np.where(np.isneginf(mass), density, mass)
            mass = np.where(places == np.floor(places), mass, -np.inf)
        of = mass if self.column.whole else np.where(index > 0, mass, density)
        return np.where(np.isnan(places), np.nan, of).reshape(shape)

    def interval(self, mass: float) -> tuple[Floats, Floats]:
        _check_mass(mass)
        found = self.quantile([(1 - mass) / 2, (1 + mass) / 2])
        return found[:, 0], found[:, 1]

    def mean(self) -> Floats:
        return self._moments()[0]

    def std(self) -> Floats:
        return self._moments()[1]

    def _moments(self) -> tuple[Floats, Floats]:
        origin = self._value(np.zeros((self.rows, 1)))
        listed = self._listed() if self.column.whole else None
        if listed is None:
            shares, values = self._parts()
        else:
            shares, values, is_listed = listed
            if not is_listed.all():
                rest, where = self._parts()
                pad = max(shares.shape[1], rest.shape[1])
                shares = np.where(is_listed, _widened(shares, pad), _widened(rest, pad))
                values = np.where(is_listed, _widened(values, pad), _widened(where, pad))
        away = values - origin
        mass = shares.sum(1)
        mean = (shares * away).sum(1) / mass
        squares = (shares * away * away).sum(1) / mass
        return origin[:, 0] + mean, np.sqrt(np.maximum(0, squares - mean * mean))

    def _parts(self) -> tuple[Floats, Floats]:
        grid = level_grid(self._curves.levels)
        continuous = self._weights[:, :1] * (grid.weight * grid.pdf)
        values = self._smooth(np.broadcast_to(grid.z, (self.rows, len(grid.z))))
        values = np.where(continuous > 0, values, 0)
        masses = np.broadcast_to(self._masses, (self.rows, len(self._masses)))
        return np.hstack([continuous, self._weights[:, 1:]]), np.hstack([values, masses])

    def _listed(self) -> tuple[Floats, Floats, np.ndarray] | None:
        """Of whole numbers the probability of each, where they are few: shares, values, whether a row's are listed."""
        weight = self._weights[:, :1]
        reach = np.clip(np.round(self._value(np.array([[-_LISTED_LEVEL, _LISTED_LEVEL]]))), *self._bounds)
        first = np.where(weight[:, 0] > 0, reach[:, 0], np.inf)
        last = np.where(weight[:, 0] > 0, reach[:, 1], -np.inf)
        for k, mass in enumerate(self._masses):
            likely = self._weights[:, k + 1] > 0
            first = np.where(likely, np.minimum(first, mass), first)
            last = np.where(likely, np.maximum(last, mass), last)
        is_listed = last - first < _MAX_LISTED
        if not is_listed.any() or last[is_listed].max() - first[is_listed].min() > 4 * _MAX_LISTED:
            return None
        start, stop = first[is_listed].min(), last[is_listed].max()
        numbers = np.arange(start, stop + 1)
        values = np.broadcast_to(numbers, (self.rows, len(numbers)))
        up_to = normal_cdf(self._level(values + 0.5))
        up_to = np.where(values >= last[:, None], 1.0, np.where(values < first[:, None], 0.0, up_to))
        shares = weight * np.diff(up_to, axis=1, prepend=0.0)
        for k, mass in enumerate(self._masses):
            shares = shares + np.where(values == mass, self._weights[:, k + 1 : k + 2], 0)
        return shares, values, is_listed[:, None]

    def sample(self, n: int, seed: int = 1) -> Floats:
        return self._draw(n, np.random.default_rng(seed))

    def _draw(self, n: int, random: np.random.Generator) -> Floats:
        _check_count(n)
        z = random.standard_normal((self.rows, n))
        value = self._smooth(z) if n > _FEW else self._value(z)
        if self.column.whole:
            value = np.clip(np.round(value) + 0.0, *self._bounds)
        if len(self._masses) == 0:
            return value
        ends = np.cumsum(self._weights, 1)
        uniform = random.random((self.rows, n)) * ends[:, -1:]
        picked = (uniform[..., None] >= ends[:, None, :-1]).sum(2)
        return np.where(picked > 0, self._masses[np.maximum(picked, 1) - 1], value)


def _widened(of: Floats, columns: int) -> Floats:
    return np.pad(of, ((0, 0), (0, columns - of.shape[1])))


# A line so wide is even around the circle whatever its shape: more turns are not added up.
_MAX_TURNS = 100


class Angles(_Answers):
    """On a circle: what is known on the line, laid around it. Values lie in [0, period)."""

    def __init__(self, column: Column, curves: Continuous, weights: Floats | None, source: Any) -> None:
        super().__init__(column, curves.rows, source)
        assert column.period is not None
        self._period = column.period
        self._curves = curves
        self._coordinates = Coordinates(column)
        self._weights = np.ones((curves.rows, 1)) if weights is None else weights
        self._masses = np.array(column.point_masses)
        ends = self._coordinates.to_data(curves.value(np.array([[-FARTHEST_LEVEL, FARTHEST_LEVEL]])))
        first, last = np.clip(np.floor(ends / self._period), -_MAX_TURNS, _MAX_TURNS).T
        self._turns = np.arange(first.min(), max(first.min(), last.max()) + 1) * self._period

    @property
    def probabilities(self) -> dict[float, Floats]:
        return {value: self._weights[:, k + 1] for k, value in enumerate(self.column.point_masses)}

    def _wrapped(self, x: Floats) -> Floats:
        left = x - self._period * np.floor(x / self._period)
        return np.where(left >= self._period, 0, left)

    def _level(self, x: Floats) -> Floats:
        return self._curves.level(self._coordinates.to_standardised(x))

    def log_pdf(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        return self._log_pdf(self._wrapped(places)).reshape(shape)

    def _log_pdf(self, x: Floats) -> Floats:
        logs = []
        for turn in self._turns:
            u = self._coordinates.to_standardised(x + turn)
            logs.append(self._curves.log_pdf(u) - np.log(self._coordinates.slope(u)))
        all_ = np.stack(logs)
        most = all_.max(0)
        finite = np.where(np.isfinite(most), most, 0)
        with np.errstate(divide="ignore"):
            log = np.log(self._weights[:, :1]) + finite + np.log(np.exp(all_ - finite).sum(0))
        return log

    def cdf(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        return self._mass_up_to(self._wrapped(places)).reshape(shape)

    def _mass_up_to(self, at: Floats, *, with_mass: bool = True) -> Floats:
        sum_ = np.zeros(at.shape)
        for turn in self._turns:
            start = self._level(np.full((self.rows, 1), turn))
            sum_ = sum_ + normal_mass(np.broadcast_to(start, at.shape), self._level(at + turn))
        sum_ = sum_ * self._weights[:, :1]
        for k, mass in enumerate(self._masses):
            is_in = mass <= at if with_mass else mass < at
            sum_ = sum_ + np.where(is_in, self._weights[:, k + 1 : k + 2], 0)
        return np.minimum(1, sum_)

    def quantile(self, p: ArrayLike) -> Floats:
        shares, shape = self._shares(p)
        return self._position_of(shares).reshape(shape)

    def _position_of(self, p: Floats) -> Floats:
        """The first position at which the mass from the origin is p, by halving."""
        low, high = np.zeros(p.shape), np.full(p.shape, self._period)
        for _ in range(48):
            middle = (low + high) / 2
            is_there = self._mass_up_to(middle) >= p
            high, low = np.where(is_there, middle, high), np.where(is_there, low, middle)
        found = np.where(high < self._period, high, low)
        for mass in self._masses:
            found = np.where(np.abs(found - mass) < 1e-12 * self._period, mass, found)
        return found

    def probability(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        return self._probability(self._wrapped(places)).reshape(shape)

    def _probability(self, x: Floats) -> Floats:
        found = np.zeros(x.shape)
        for k, mass in enumerate(self._masses):
            is_it = (x == mass) | (x == np.float64(np.float32(mass)))
            found = np.where(is_it, self._weights[:, k + 1 : k + 2], found)
        return np.where(np.isnan(x), np.nan, found)

    def log_likelihood(self, x: ArrayLike) -> Floats:
        places, shape = self._places(x)
        at = self._wrapped(places)
        mass = self._probability(at)
        with np.errstate(divide="ignore"):
            return np.where(mass > 0, np.log(mass), self._log_pdf(at)).reshape(shape)

    def _moment(self) -> np.ndarray:
        grid = level_grid(self._curves.levels)
        values = self._coordinates.to_data(self._curves.smooth(np.broadcast_to(grid.z, (self.rows, len(grid.z)))))
        turn = 2j * np.pi / self._period
        sum_ = self._weights[:, 0] * (grid.weight * grid.pdf * np.exp(turn * values)).sum(1)
        return sum_ + (self._weights[:, 1:] * np.exp(turn * self._masses)).sum(1)

    def mean(self) -> Floats:
        """The mean direction."""
        return self._wrapped(np.angle(self._moment()) * self._period / (2 * np.pi))

    def std(self) -> Floats:
        """The circular standard deviation sqrt(-2 ln R), in units of the period."""
        length = np.clip(np.abs(self._moment()), 1e-300, 1)
        return np.sqrt(-2 * np.log(length)) * self._period / (2 * np.pi)

    def median(self) -> Floats:
        """The position from which the mean way along the circle is shortest, of those with half of the probability on either side."""
        count = 720
        grid = np.arange(count + 1) * self._period / count
        below = self._mass_up_to(np.broadcast_to(grid, (self.rows, count + 1)))
        below[:, -1] = 1
        masses = np.diff(below, axis=1, prepend=0)
        middles = np.concatenate([[0.0], (grid[1:] + grid[:-1]) / 2])
        ways = np.abs(middles[:, None] - grid[None, :-1])
        ways = np.minimum(ways, self._period - ways)
        start = grid[(masses @ ways).argmin(1)]
        # Of the positions near there the one that halves the circle: H(t) = mass of [t, t + period / 2) = 1/2.
        low, high = start - self._period / count * 1.5, start + self._period / count * 1.5
        for _ in range(46):
            middle = (low + high) / 2
            opposite = middle + self._period / 2
            at = self._mass_up_to(np.stack([self._wrapped(middle), self._wrapped(opposite)], 1))
            half = at[:, 1] - at[:, 0] + (self._wrapped(opposite) < self._wrapped(middle))
            low, high = np.where(half > 0.5, middle, low), np.where(half > 0.5, high, middle)
        return self._wrapped((low + high) / 2)

    def interval(self, mass: float) -> tuple[Floats, Floats]:
        """From low on up to high around the circle, as much on either side of the median."""
        _check_mass(mass)
        median = self.median()[:, None]
        middle = (self._mass_up_to(median, with_mass=False) + self._mass_up_to(median)) / 2
        shares = np.hstack([middle - mass / 2, middle + mass / 2])
        found = self._position_of(shares - np.floor(shares))
        return found[:, 0], found[:, 1]

    def sample(self, n: int, seed: int = 1) -> Floats:
        return self._draw(n, np.random.default_rng(seed))

    def _draw(self, n: int, random: np.random.Generator) -> Floats:
        _check_count(n)
        z = random.standard_normal((self.rows, n))
        line = self._curves.smooth(z) if n > _FEW else self._curves.value(z)
        value = self._wrapped(self._coordinates.to_data(line))
        if len(self._masses) == 0:
            return value
        ends = np.cumsum(self._weights, 1)
        uniform = random.random((self.rows, n)) * ends[:, -1:]
        picked = (uniform[..., None] >= ends[:, None, :-1]).sum(2)
        return np.where(picked > 0, self._masses[np.maximum(picked, 1) - 1], value)


__all__ = ["Angles", "Categories", "Distributions", "Numbers"]
