"""Stages of RAIL (LSST DESC's pipelines of photometric redshifts): a model is trained and asked by the program `anygiven`.

Needs pz-rail-base. A galaxy that was looked at and not detected in a band (RAIL's `nondetect_val`) is told as fainter than the
band's limit (`mag_limits`); one that was not observed (`nonobserved_val`) has no value there. That is why the program answers, and not
a file for onnxruntime, which takes no limits.

    from anygiven.rail import AnygivenEstimator, AnygivenInformer

    inform = AnygivenInformer.make_stage(name="inform", model="anygiven.pkl", minutes=5.0)
    estimate = AnygivenEstimator.make_stage(name="estimate", model=inform.inform(training), output_mode="return")
    ensemble = estimate.estimate(galaxies).data
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import qp
from ceci.config import StageParameter as Param
from rail.core.common_params import SharedParams
from rail.core.enums import DistributionType
from rail.estimation.estimator import CatEstimator
from rail.estimation.informer import CatInformer

from ._program import flags_of, program, run, write_rows

#: A model's folder without its checkpoints: what pickles hold, by the names of the files.
Folder = dict[str, bytes]


def _photometry() -> dict[str, Param]:
    """Where magnitudes are in RAIL's tables, and what stands there for none. A function: stages own their parameters."""
    shared = ("bands", "err_bands", "mag_limits", "nondetect_val", "nonobserved_val", "redshift_col")
    return {
        **{name: SharedParams.copy_param(name) for name in shared},
        "command": Param(str, "", msg="the program, if it is not on the PATH nor named by ANYGIVEN_COMMAND"),
    }


class AnygivenInformer(CatInformer):
    """Trains a model of magnitudes and redshift: p(redshift | any of the magnitudes), and every other question."""

    name = "AnygivenInformer"
    entrypoint_function = "inform"
    config_options = CatInformer.config_options.copy()
    config_options.update(
        **_photometry(),
        minutes=Param(float, 0.0, msg="how long to train; 0: until no column gets better"),
        seed=Param(int, 1, msg="the same seed gives the same model"),
        train_options=Param(dict, {}, msg="options of `anygiven train`, such as {'batch_size': 128}"),
    )

    def run(self) -> None:
        data = self.get_data("input")
        group = self.config.hdf5_groupname
        columns = _columns(self.config, data[group] if group else data)
        length = {"minutes": self.config.minutes} if self.config.minutes > 0 else {}
        options = {"seed": self.config.seed, **length, **self.config.train_options}
        with tempfile.TemporaryDirectory(prefix="anygiven-") as folder:
            rows, model = str(Path(folder) / "training.csv"), Path(folder) / "model"
            write_rows(rows, columns)
            words = ["train", rows, "--out", str(model), *_reading(self.config, columns), *flags_of(options)]
            run([*program(self.config.command), *words])
            self.model = {each.name: each.read_bytes() for each in model.iterdir() if each.is_file()}
        self.add_data("model", self.model)


class AnygivenEstimator(CatEstimator):
    """Redshifts of galaxies by a model of AnygivenInformer, as qp's ensembles of quantiles (`quant`)."""

    name = "AnygivenEstimator"
    entrypoint_function = "estimate"
    config_options = CatEstimator.config_options.copy()
    config_options.update(**_photometry())

    @classmethod
    def default_distribution_type(cls) -> DistributionType:
        return DistributionType.posterior

    def run(self) -> None:
        with tempfile.TemporaryDirectory(prefix="anygiven-") as folder:
            self._folder = Path(folder)
            super().run()

    def open_model(self, tag: str = "model", **kwargs: Any) -> Folder:
        files: Folder = super().open_model(tag, **kwargs)
        (self._folder / "model").mkdir()
        for name, content in files.items():
            (self._folder / "model" / name).write_bytes(content)
        return files

    def _process_chunk(self, start: int, end: int, data: Mapping[str, Any], first: bool) -> None:
        columns = _columns(self.config, data)
        target = self.config.redshift_col
        columns.pop(target, None)
        rows, answers = str(self._folder / "rows.csv"), str(self._folder / "answers.hdf5")
        write_rows(rows, columns)
        asked = ["density", str(self._folder / "model"), rows, "--of", target, "--as", "quant", "--out", answers]
        run([*program(self.config.command), *asked, *_reading(self.config, columns)])
        ensemble = qp.read(answers)
        ensemble.set_ancil({})  # of the program's own, the rows' numbers within this chunk
        self._do_chunk_output(ensemble, start, end, first, data=data)


def _columns(config: Any, data: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Magnitudes, their errors and, where there is one, the redshift: what the model knows of a galaxy."""
    wanted = [*config.bands, *config.err_bands, config.redshift_col]
    columns = {name: np.array(data[name], float) for name in wanted if name in data}
    for band, error in zip(config.bands, config.err_bands, strict=True):
        if band in columns:
            missing = columns[band] == config.nonobserved_val
            columns[band][missing] = np.nan
            # The error beside a guard value is a guard value, too, or a constant.
            if error in columns:
                columns[error][missing | (columns[band] == config.nondetect_val)] = np.nan
    return columns


def _reading(config: Any, columns: Mapping[str, np.ndarray]) -> list[str]:
    """How the program reads what was written: which columns are errors of which, and how faint "not detected" is."""
    there = [band for band in config.bands if band in columns]
    errors = [f"{band}:{error}" for band, error in zip(config.bands, config.err_bands, strict=True)
              if band in columns and error in columns]
    limits = [f"{band}={config.nondetect_val:g}:{config.mag_limits[band]}.." for band in there
              if np.any(columns[band] == config.nondetect_val)]
    return ["--errors", ",".join(errors) or "none", "--limits", ",".join(limits) or "none"]


__all__ = ["AnygivenEstimator", "AnygivenInformer"]
