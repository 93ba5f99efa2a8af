"""Where integrals over normal levels look at a quantile curve: Gauss-Legendre with three points in each panel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ._normal import Floats, normal_pdf

#: Levels beyond this one, 10^-19 of the probability on either side, are left out.
FARTHEST_LEVEL = 9.0
_WIDEST_PANEL = 0.5


@dataclass(frozen=True)
class LevelGrid:
    z: Floats
    weight: Floats
    pdf: Floats


def level_grid(levels: Floats) -> LevelGrid:
    """Panels from -9 to 9, each inside one piece of curves through quantiles at these levels."""
    return _grid(tuple(levels.tolist()))


@lru_cache(maxsize=4)
def _grid(levels: tuple[float, ...]) -> LevelGrid:
    edges = [-FARTHEST_LEVEL]
    for end in [*levels, FARTHEST_LEVEL]:
        begin = edges[-1]
        parts = int(np.ceil((end - begin) / _WIDEST_PANEL))
        edges.extend(begin + part / parts * (end - begin) for part in range(1, parts))
        edges.append(end)
    at = np.array(edges)
    width = np.diff(at)
    points = np.array([0.5 - np.sqrt(0.15), 0.5, 0.5 + np.sqrt(0.15)])
    z = (at[:-1, None] + width[:, None] * points).ravel()
    weight = (width[:, None] * np.array([5, 8, 5]) / 18).ravel()
    return LevelGrid(z, weight, normal_pdf(z))
