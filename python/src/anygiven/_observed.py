"""What would be measured of a number that is measured with an error: its density, blurred."""

from __future__ import annotations

import numpy as np

from ._distributions import Numbers
from ._normal import Floats, normal_cdf, normal_mass, normal_pdf

# The distribution is cut at its quantiles at these normal levels into cells.
_LEVELS = np.linspace(-7, 7, 141)
# In units of the error: a cell so narrow is as good as a point, one so far away as good as infinitely far.
_NARROW = 1e-3
_FAR = 9.0


def observed_log_density(of: Numbers, values: Floats, errors: Floats) -> Floats:
    """Of x + noise at one measured value of each row: the sum over 140 cells of quantiles, each tilted towards its neighbours
    (van Leer 1974, https://doi.org/10.1016/0021-9991(74)90019-9)."""
    edges = of.quantile(normal_cdf(_LEVELS))
    masses = normal_mass(_LEVELS[:-1], _LEVELS[1:])
    error = errors[:, None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        start, stop = (values[:, None] - edges[:, 1:]) / error, (values[:, None] - edges[:, :-1]) / error
        width = stop - start
        middle = (start + stop) / 2
        is_point = width < _NARROW
        is_far = (start > _FAR) | (stop < -_FAR)
        safe = np.where(is_point, 1, width)
        even = np.where(is_point, normal_pdf(middle), normal_mass(start, stop) / safe)
        density = (masses * np.where(is_far, 0, even) / error).sum(1)
        heights = masses / np.diff(edges, axis=1)
        rises = np.diff(heights, axis=1, prepend=np.nan, append=np.nan)
        before, after = rises[:, :-1], rises[:, 1:]
        product = before * after
        is_tilted = (product > 0) & np.isfinite(product) & ~is_point & ~is_far
        rise = np.where(is_tilted, 2 * product / (before + after), 0)
        tilted = (middle * normal_mass(start, stop) + normal_pdf(stop) - normal_pdf(start)) / safe
        density = density + np.where(is_tilted, rise * tilted, 0).sum(1)
        is_out = (values < edges[:, 0]) | (values > edges[:, -1])
        density = density + np.where(is_out, of.pdf(values), 0)
        return np.where(density > 0, np.log(density), of.log_pdf(values))


