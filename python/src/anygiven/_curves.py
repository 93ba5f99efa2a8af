"""Smooth increasing curves through points, straight beyond them: the maps of units and of levels, and quantile curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ._normal import Floats


class MonotoneCubic:
    """An increasing curve y(x) with given points and slopes."""

    def __init__(self, x: ArrayLike, y: ArrayLike, slopes: ArrayLike) -> None:
        self._x, self._y, self._slopes = (np.asarray(each, float) for each in (x, y, slopes))

    def _piece(self, knots: Floats, at: Floats) -> Floats:
        return np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)

    def _parts(self, k: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        width = self._x[k + 1] - self._x[k]
        rise = self._y[k + 1] - self._y[k]
        return width, rise, self._slopes[k] * width / rise, self._slopes[k + 1] * width / rise

    @np.errstate(invalid="ignore", over="ignore")
    def value(self, at: Floats) -> Floats:
        x, y, slopes = self._x, self._y, self._slopes
        k = self._piece(x, at)
        width, rise, begin, end = self._parts(k)
        inside = y[k] + rise * _share((at - x[k]) / width, begin, end)
        low = y[0] + (at - x[0]) * slopes[0]
        high = y[-1] + (at - x[-1]) * slopes[-1]
        return np.where(at <= x[0], low, np.where(at >= x[-1], high, inside))

    @np.errstate(invalid="ignore", over="ignore")
    def slope(self, at: Floats) -> Floats:
        x, slopes = self._x, self._slopes
        k = self._piece(x, at)
        width, rise, begin, end = self._parts(k)
        inside = rise / width * _share_slope((at - x[k]) / width, begin, end)
        return np.where(at <= x[0], slopes[0], np.where(at >= x[-1], slopes[-1], inside))

    @np.errstate(invalid="ignore", over="ignore")
    def inverse(self, of: Floats) -> Floats:
        x, y, slopes = self._x, self._y, self._slopes
        k = self._piece(y, of)
        width, rise, begin, end = self._parts(k)
        wanted = np.clip((of - y[k]) / rise, 0, 1)
        low, high, t = np.zeros_like(wanted), np.ones_like(wanted), wanted.copy()
        for _ in range(60):
            off = _share(t, begin, end) - wanted
            high, low = np.where(off > 0, t, high), np.where(off > 0, low, t)
            newton = t - off / _share_slope(t, begin, end)
            step = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
            step = np.where(off == 0, t, step)
            done = np.all(np.isnan(step) | (np.abs(step - t) < 1e-12))
            t = step
            if done:
                break
        inside = x[k] + width * t
        before = x[0] + (of - y[0]) / slopes[0]
        after = x[-1] + (of - y[-1]) / slopes[-1]
        return np.where(of <= y[0], before, np.where(of >= y[-1], after, inside))


def _share(t: Floats, begin: Floats, end: Floats) -> Floats:
    """Which part of a piece's rise is done at the part t of its width; slopes over the chord's."""
    return t * (begin + t * (3 - 2 * begin - end + t * (begin + end - 2)))


def _share_slope(t: Floats, begin: Floats, end: Floats) -> Floats:
    return begin + t * (2 * (3 - 2 * begin - end) + 3 * t * (begin + end - 2))


# Nodes closer than this part of a row's mean slope are moved apart, and a row spreads over so much at least.
_MIN_SLOPE = 1e-6
_MIN_SPREAD = 1e-9


class QuantileCurves:
    """Of each row a quantile curve u(z) through values at the same normal levels: cubic between, straight beyond."""

    def __init__(self, levels: Floats, nodes: Floats) -> None:
        self.levels = levels
        self._nodes = _moved_apart(levels, nodes)
        self._slopes = _slopes(levels, self._nodes)

    @np.errstate(invalid="ignore", over="ignore")
    def value(self, z: Floats) -> Floats:
        """u of each row at levels (rows, m)."""
        levels, nodes, slopes = self.levels, self._nodes, self._slopes
        k = np.clip(np.searchsorted(levels, z, side="right") - 1, 0, len(levels) - 2)
        low, high = np.take_along_axis(nodes, k, 1), np.take_along_axis(nodes, k + 1, 1)
        begin, end = np.take_along_axis(slopes, k, 1), np.take_along_axis(slopes, k + 1, 1)
        width = levels[k + 1] - levels[k]
        t = (z - levels[k]) / width
        first, last, rise = begin * width, end * width, high - low
        inside = low + t * (first + t * (3 * rise - 2 * first - last + t * (first + last - 2 * rise)))
        before = nodes[:, :1] + (z - levels[0]) * slopes[:, :1]
        after = nodes[:, -1:] + (z - levels[-1]) * slopes[:, -1:]
        return np.where(z < levels[0], before, np.where(z >= levels[-1], after, inside))


def _moved_apart(levels: Floats, nodes: Floats) -> Floats:
    low, high = nodes[:, 0], nodes[:, -1]
    least = _MIN_SPREAD * np.maximum(1, np.maximum(np.abs(low), np.abs(high)))
    spread = high - low
    slope = np.where(spread < least, least, _MIN_SLOPE * spread) / (levels[-1] - levels[0])
    moved = nodes.copy()
    for k in range(1, len(levels)):
        moved[:, k] = np.maximum(moved[:, k], moved[:, k - 1] + slope * (levels[k] - levels[k - 1]))
    return moved


def _slopes(z: Floats, u: Floats) -> Floats:
    """Fritsch & Butland's (1984), of uneven steps, https://doi.org/10.1137/0905021."""
    steps = np.diff(z)
    chords = np.diff(u, axis=1) / steps
    left = 2 * steps[1:] + steps[:-1]
    right = steps[1:] + 2 * steps[:-1]
    slopes = np.empty_like(u)
    slopes[:, 1:-1] = (left + right) / (left / chords[:, :-1] + right / chords[:, 1:])
    slopes[:, 0] = _end_slope(steps[0], steps[1], chords[:, 0], chords[:, 1])
    slopes[:, -1] = _end_slope(steps[-1], steps[-2], chords[:, -1], chords[:, -2])
    return slopes


def _end_slope(width: float, following: float, chord: Floats, next_chord: Floats) -> Floats:
    parabola = ((2 * width + following) * chord - width * next_chord) / (width + following)
    return np.clip(parabola, chord / 2, 2 * chord)
