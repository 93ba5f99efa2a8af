"""The house value of California given all other columns, by LightGBM: one point model, and 13 quantile models for the CRPS.

    pip install lightgbm pandas
    npx tsx bench/densities/heads.ts --rows /tmp/rows      # writes the rows that the models are trained on and asked about
    python bench/peers/house_value.py /tmp/rows
"""
import sys
import time

import lightgbm
import numpy as np
import pandas as pd

TARGET = "HouseValue"
LEVELS = np.array([0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])

train, held_out = (pd.read_csv(f"{sys.argv[1]}/{name}.csv") for name in ("train", "held-out"))
columns = [name for name in train if name != TARGET]
truth = held_out[TARGET].to_numpy()


def predicted(**options):
    model = lightgbm.LGBMRegressor(verbose=-1, num_leaves=63, n_jobs=2, **options)
    return model.fit(train[columns], train[TARGET]).predict(held_out[columns])


def crps(quantiles):
    """Twice the pinball loss over probabilities from 0 to 1; quantiles between the levels linearly, flat beyond the outermost."""
    fine = (np.arange(200) + 0.5) / 200
    values = np.array([np.interp(fine, LEVELS, np.sort(row)) for row in quantiles])
    error = truth[:, None] - values
    return 2 * np.maximum(fine * error, (fine - 1) * error).mean()


began = time.time()
point = predicted(
    n_estimators=1500, learning_rate=0.03, min_child_samples=20, subsample=0.8, subsample_freq=1, colsample_bytree=0.7
)
print(f"point model: RMSE {np.sqrt(((point - truth) ** 2).mean()):.4f}, {time.time() - began:.1f} s")
began = time.time()
models = [predicted(objective="quantile", alpha=level, n_estimators=600, learning_rate=0.05) for level in LEVELS]
print(f"13 quantile models: CRPS {crps(np.array(models).T):.4f}, {time.time() - began:.1f} s")
