"""The continuous parts of answers in standardised units, all rows at once: mixtures of normals, cut at bounds, recalibrated.

Every method takes and gives matrices (rows, m), a row for each answer.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ._curves import MonotoneCubic, QuantileCurves
from ._normal import (
    LOG_SQRT_TWO_PI,
    Floats,
    normal_cdf,
    normal_quantile,
    tail_and_density,
)

# Normals that count less are left out of quantiles.
_NEGLIGIBLE = 1e-8
# A level so near is found.
_THERE = 1e-10
_MAX_ROUNDS = 100
# Numbers of one block of work, rows times places times normals: what stays in a processor's cache.
_BLOCK = 100_000
# So many levels at once are worth a first look at all of them.
_MANY = 16


class Continuous(Protocol):
    rows: int
    #: Of the curve through quantiles.
    levels: Floats

    def value(self, z: Floats) -> Floats:
        """The quantile at normal levels."""

    def smooth(self, z: Floats) -> Floats:
        """The same by a curve through 101 quantiles, for integrals and samples: far cheaper."""

    def level(self, u: Floats) -> Floats:
        """The normal level of a value: Phi of it is the distribution function."""

    def log_pdf(self, u: Floats) -> Floats: ...


class Mixtures:
    """Mixtures of normals, (rows, normals) each."""

    def __init__(self, shares: Floats, means: Floats, widths: Floats, levels: Floats) -> None:
        self.rows = len(shares)
        self.levels = levels
        self.shares, self.means, self.widths = (np.asarray(each, float) for each in (shares, means, widths))
        kept = np.where(self.shares > _NEGLIGIBLE, self.shares, 0)
        self._kept = kept / kept.sum(1, keepdims=True)
        self._curves: QuantileCurves | None = None

    def log_pdf(self, u: Floats) -> Floats:
        found = np.empty_like(u)
        with np.errstate(divide="ignore"):
            log_shares = np.log(self.shares / self.widths)
        for rows in self._blocks(u.shape[1]):
            z = (u[rows, :, None] - self.means[rows, None]) / self.widths[rows, None]
            logs = log_shares[rows, None] - 0.5 * z * z
            most = logs.max(2, keepdims=True)
            finite = np.where(np.isfinite(most), most, 0)
            with np.errstate(divide="ignore"):
                found[rows] = np.log(np.exp(logs - finite).sum(2)) + finite[..., 0] - LOG_SQRT_TWO_PI
        return found

    def level(self, u: Floats) -> Floats:
        found = np.empty_like(u)
        for rows in self._blocks(u.shape[1]):
            found[rows] = _levels(u[rows], self._kept[rows, None], self.means[rows, None], self.widths[rows, None])[0]
        return found

    def value(self, z: Floats) -> Floats:
        """Newton's steps on the normal level, held between the quantiles of the outermost normals."""
        found = np.array(np.broadcast_to(z, (self.rows, z.shape[1])))
        is_curve = len(z) == 1 and z.shape[1] >= _MANY and bool(np.all(np.diff(z[0]) > 0))
        for rows in self._blocks(z.shape[1]):
            block = found[rows]
            finite = np.isfinite(block)
            row, _ = np.nonzero(finite)
            parts = [of[rows] for of in (self._kept, self.means, self.widths)]
            start = _first_look(block, *parts)[finite] if is_curve and finite.all() else None
            block[finite] = _quantiles(block[finite], *(of[row] for of in parts), start=start)
            found[rows] = block
        return found

    def smooth(self, z: Floats) -> Floats:
        if self._curves is None:
            self._curves = QuantileCurves(self.levels, self.value(self.levels[None]))
        return self._curves.value(z)

    def _blocks(self, places: int) -> list[slice]:
        size = max(1, _BLOCK // max(1, places * self.shares.shape[1]))
        return [slice(start, start + size) for start in range(0, self.rows, size)]


def _levels(u: Floats, kept: Floats, means: Floats, widths: Floats) -> tuple[Floats, Floats]:
    """Levels from the smaller of the two tails, and how fast they rise; normals are along the last axis."""
    z = (u[..., None] - means) / widths
    tail, pdf = tail_and_density(np.abs(z))
    tail *= kept
    # Both tails of each normal from the smaller one, so that neither loses its digits.
    is_beyond = z > 0
    rest = kept - tail
    below = np.where(is_beyond, rest, tail).sum(-1)
    above = np.where(is_beyond, tail, rest).sum(-1)
    level = np.where(below <= 0.5, normal_quantile(np.minimum(below, 1)), -normal_quantile(np.minimum(above, 1)))
    pdf *= kept / widths
    density = pdf.sum(-1) * np.sqrt(2 * np.pi)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return level, density * np.exp(0.5 * level * level)


def _first_look(z: Floats, kept: Floats, means: Floats, widths: Floats) -> Floats:
    """About where the quantiles of each row lie, (rows, levels): between places of which the levels are known."""
    middle, deviation = _moments(kept, means, widths)
    x = middle[:, None] + z * deviation[:, None]
    for _ in range(2):
        level, _ = _levels(x, kept[:, None], means[:, None], widths[:, None])
        for row, own in enumerate(level):
            known = np.isfinite(own)
            x[row] = np.sort(np.interp(z[row], own[known], x[row, known]))
    return x


def _moments(kept: Floats, means: Floats, widths: Floats) -> tuple[Floats, Floats]:
    middle = (kept * means).sum(1)
    return middle, np.sqrt(np.maximum(0, (kept * (widths**2 + means**2)).sum(1) - middle**2))


def _quantiles(
    z: Floats, kept: Floats, means: Floats, widths: Floats, *, start: Floats | None = None
) -> Floats:
    """Of each place its own mixture: z (places), normals (places, K)."""
    ends = means + widths * z[:, None]
    low = np.where(kept > 0, ends, np.inf).min(1)
    high = np.where(kept > 0, ends, -np.inf).max(1)
    if start is None:
        middle, deviation = _moments(kept, means, widths)
        start = middle + z * deviation
    x = np.clip(start, low, high)
    left = np.arange(len(z))
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_MAX_ROUNDS):
            level, slope = _levels(x[left], kept[left], means[left], widths[left])
            short = z[left] - level
            low[left] = np.where(short > 0, x[left], low[left])
            high[left] = np.where(short > 0, high[left], x[left])
            newton = x[left] + short / slope
            is_inside = (newton > low[left]) & (newton < high[left])
            step = np.where(is_inside, newton, (low[left] + high[left]) / 2)
            near = (np.abs(short) < _THERE) | (step == x[left])
            x[left] = np.where(np.abs(short) < _THERE, x[left], step)
            left = left[~near]
            if len(left) == 0:
                break
    return x


# A value no further beyond a bound is at it: tables may hold it as float32. And the least that is inside.
_AT_BOUND = 1e-6
_LEAST_INSIDE = 1e-12


class Bounded:
    """What lies beyond the ends is cut off, and the rest scaled up to 1."""

    def __init__(self, of: Mixtures, low: float, high: float) -> None:
        self.rows = of.rows
        self.levels = of.levels
        self._of, self._low, self._high = of, low, high
        start, stop = (
            of.level(np.full((of.rows, 1), end)) if np.isfinite(end) else np.full((of.rows, 1), end)
            for end in (low, high)
        )
        self._below, self._above = normal_cdf(start), normal_cdf(-stop)
        inside = np.where(start > 0, normal_cdf(-start) - self._above, normal_cdf(stop) - self._below)
        self._inside = np.maximum(inside, _LEAST_INSIDE)
        self._curves: QuantileCurves | None = None

    def value(self, z: Floats) -> Floats:
        z = np.broadcast_to(z, (self.rows, z.shape[1]))
        from_below = (self._above > 0.5) | ((z < 0) & (self._below <= 0.5))
        under = normal_quantile(np.clip(self._below + self._inside * normal_cdf(z), 0, 1))
        over = -normal_quantile(np.clip(self._above + self._inside * normal_cdf(-z), 0, 1))
        return np.clip(self._of.value(np.where(from_below, under, over)), self._low, self._high)

    def smooth(self, z: Floats) -> Floats:
        levels = self.levels
        if self._curves is None:
            self._curves = QuantileCurves(levels, self.value(levels[None]))
        found = np.clip(self._curves.value(z), self._low, self._high)
        # Beyond the levels, towards a bound, by an even density.
        for side, bound, edge in ((1, self._low, levels[0]), (-1, self._high, levels[-1])):
            if not np.isfinite(bound):
                continue
            last = self._curves.value(np.full((self.rows, 1), edge))
            share = normal_cdf(side * z) / normal_cdf(side * edge)
            beyond = z < edge if side > 0 else z >= edge
            found = np.where(beyond, np.clip(bound + (last - bound) * share, self._low, self._high), found)
        return found

    def level(self, u: Floats) -> Floats:
        z = self._of.level(u)
        under = (normal_cdf(z) - self._below) / self._inside
        over = (normal_cdf(-z) - self._above) / self._inside
        level = np.where(
            under < over, normal_quantile(np.clip(under, 0, 1)), -normal_quantile(np.clip(over, 0, 1))
        )
        level = np.where(u <= self._low, -np.inf, np.where(u >= self._high, np.inf, level))
        return np.where(np.isnan(u), np.nan, level)

    def log_pdf(self, u: Floats) -> Floats:
        outside = (u < self._low - _AT_BOUND) | (u > self._high + _AT_BOUND)
        return np.where(outside, -np.inf, self._of.log_pdf(u) - np.log(self._inside))


# Further out a density is multiplied by what it is there.
_LAST_LEVEL = 8.0
_LAST_LEVEL_BEFORE_BOUND = 4.0


class Recalibrated:
    """Levels z mapped to T(z), row by row: the density is multiplied by T'(z) phi(T(z)) / phi(z)."""

    def __init__(
        self, of: Mixtures | Bounded, maps: list[MonotoneCubic | None], which: Floats, is_bounded: bool
    ) -> None:
        self.rows = of.rows
        self.levels = of.levels
        self._of = of
        self._groups = [(map_, which == k) for k, map_ in enumerate(maps) if np.any(which == k)]
        self._last = _LAST_LEVEL_BEFORE_BOUND if is_bounded else _LAST_LEVEL
        self._curves: QuantileCurves | None = None

    def _mapped(self, z: Floats, method: str) -> Floats:
        made = np.array(np.broadcast_to(z, (self.rows, z.shape[1])))
        for map_, rows in self._groups:
            if map_ is not None:
                made[rows] = getattr(map_, method)(made[rows])
        return made

    def value(self, z: Floats) -> Floats:
        return self._of.value(self._mapped(z, "inverse"))

    def smooth(self, z: Floats) -> Floats:
        z = np.broadcast_to(z, (self.rows, z.shape[1]))
        if self._curves is None:
            self._curves = QuantileCurves(self.levels, self.value(self.levels[None]))
        between = (z >= self.levels[0]) & (z < self.levels[-1])
        beyond = self._of.smooth(self._mapped(z, "inverse"))
        return np.where(between, self._curves.value(z), beyond)

    def level(self, u: Floats) -> Floats:
        return self._mapped(self._of.level(u), "value")

    def log_pdf(self, u: Floats) -> Floats:
        log = self._of.log_pdf(u)
        level = np.clip(self._of.level(u), -self._last, self._last)
        for map_, rows in self._groups:
            if map_ is None:
                continue
            z = level[rows]
            log[rows] = log[rows] + np.log(map_.slope(z)) + (z * z - map_.value(z) ** 2) / 2
        return log
