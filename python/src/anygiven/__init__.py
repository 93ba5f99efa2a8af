"""Answers of anygiven's models: the full probability distribution of any column of a table given any others."""

from ._columns import Column, to_datetime
from ._distributions import Categories, Distributions
from ._model import Model, load
from .sklearn import AnygivenClassifier, AnygivenImputer, AnygivenRegressor

__all__ = [
    "AnygivenClassifier",
    "AnygivenImputer",
    "AnygivenRegressor",
    "Categories",
    "Column",
    "Distributions",
    "Model",
    "load",
    "to_datetime",
]
__version__ = "0.1.0"
