"""The stages run under the real RAIL, which is not installed from here: `pip install pz-rail-base==2.0.11` takes minutes."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rail.estimation.estimator", reason="no RAIL here (pip install pz-rail-base==2.0.11): its stages are not tested")

import qp
from rail.core.data import ModelHandle

from anygiven.rail import AnygivenEstimator, AnygivenInformer

pytestmark = pytest.mark.skipif(
    "ANYGIVEN_COMMAND" not in os.environ, reason="ANYGIVEN_COMMAND names no program anygiven: run npm run build"
)

TINY = {
    "embedding_dim": 16, "heads": 2, "ffn_dim": 32, "encoder_layers": 1, "head_dim": 32, "head_layers": 1,
    "batch_size": 64, "epochs": 20, "workers": 1, "members": 1, "learning_rate": 0.01,
}  # fmt: skip
BANDS = ["mag_u_lsst", "mag_g_lsst"]
WHERE = {"bands": BANDS, "err_bands": ["mag_err_u_lsst", "mag_err_g_lsst"], "hdf5_groupname": ""}
LIMIT = 26.0


def galaxies(count: int, seed: int) -> dict[str, np.ndarray]:
    """Redder with redshift in u - g; u is not detected beyond a limit, g not observed of every tenth."""
    random = np.random.default_rng(seed)
    redshift = random.uniform(0.1, 1.5, count)
    g = random.uniform(22, 25, count)
    u = g + 2 * redshift + random.normal(0, 0.05, count)
    error = np.full(count, 0.05)
    faint, unobserved = u > LIMIT, np.arange(count) % 10 == 9
    return {
        "object_id": 2**53 + 1 + np.arange(count),
        "mag_u_lsst": np.where(faint, 99.0, u), "mag_err_u_lsst": np.where(faint, 26.6, error),
        "mag_g_lsst": np.where(unobserved, -99.0, g), "mag_err_g_lsst": np.where(unobserved, -99.0, error),
        "redshift": redshift,
    }  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("rail") / "anygiven.pkl")
    inform = AnygivenInformer.make_stage(
        name="inform", model=path, mag_limits={"mag_u_lsst": LIMIT, "mag_g_lsst": 28.0}, train_options=TINY, **WHERE
    )
    handle = inform.inform(galaxies(1500, 1))
    assert isinstance(handle, ModelHandle)
    inform.finalize()
    assert set(pickle.loads(Path(path).read_bytes())) >= {"config.json", "weights.safetensors"}
    return path


def estimated(model: str, data: dict[str, np.ndarray], **options: Any) -> qp.Ensemble:
    limits = {"mag_u_lsst": LIMIT, "mag_g_lsst": 28.0}
    stage = AnygivenEstimator.make_stage(
        name="estimate", model=model, mag_limits=limits, output_mode="return", **WHERE, **options
    )
    return stage.estimate(data).data


def test_redshifts_are_found_and_stand_with_their_galaxies(model: str) -> None:
    data = galaxies(300, 2)
    answers = estimated(model, data, calculated_point_estimates=["zmedian"])
    seen = (data["mag_u_lsst"] < 99) & (data["mag_g_lsst"] > 0)
    assert answers.npdf == 300
    assert np.array_equal(np.ravel(answers.ancil["id"]), data["object_id"])
    offsets = np.ravel(answers.ancil["zmedian"]) - data["redshift"]
    assert np.median(np.abs(offsets[seen])) < 0.1
    pits = answers.cdf(data["redshift"][:, None])[:, 0]
    assert np.mean((pits > 0.05) & (pits < 0.95)) > 0.75


def test_what_is_not_detected_is_fainter_than_its_limit(model: str) -> None:
    one = {name: values[:1] for name, values in galaxies(1, 3).items()}
    g = {"mag_g_lsst": np.array([24.0]), "mag_err_g_lsst": np.array([0.05])}
    undetected = estimated(model, {**one, **g, "mag_u_lsst": np.array([99.0])})
    unobserved = estimated(model, {**one, **g, "mag_u_lsst": np.array([-99.0])})
    # u > 26 at g = 24 means a redshift above 1, whatever u is; nothing of it is known where u was not looked at.
    assert float(np.squeeze(undetected.cdf(0.9))) < 0.2 < float(np.squeeze(unobserved.cdf(0.9)))


def test_chunks_answer_as_the_whole(model: str) -> None:
    data = galaxies(25, 4)
    grid = np.linspace(0, 2, 21)
    parts = estimated(model, data, chunk_size=10)
    assert parts.npdf == 25
    assert np.allclose(parts.pdf(grid), estimated(model, data).pdf(grid), rtol=1e-4, atol=1e-6)


def test_a_mistake_is_told_in_the_programs_words() -> None:
    with pytest.raises(ValueError, match="does not start"):
        AnygivenInformer.make_stage(name="wrong", command="/no/such/program", **WHERE).inform(galaxies(20, 1))
