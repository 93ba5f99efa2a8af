"""One column from all others by specialists: LightGBM (point, 19 quantiles, classes), histogram boosting, a quantile forest, NGBoost.

    pip install lightgbm pandas scikit-learn ngboost quantile-forest
    npx tsx bench/densities/specialists.ts --rows /tmp/specialists      # writes the rows
    python bench/peers/specialists.py /tmp/specialists [house adult ...]

Each is tuned within reason: leaves and rate on a tenth of the training rows, which also stops the boosting; then all rows are used.
"""
import json
import sys
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

LEVELS = np.arange(1, 20) / 20
LEAVES = (7, 15, 31, 63)


def rows_of(folder, part, task):
    frame = pd.read_csv(folder / f"{part}.csv", keep_default_na=False, na_values=[""])
    return frame


def prepared(folder):
    task = json.loads((folder / "task.json").read_text())
    train, test = (rows_of(folder, part, task) for part in ("train", "test"))
    for name in task["categories"]:
        levels = pd.CategoricalDtype(sorted(set(train[name].dropna().astype(str))))
        train[name] = train[name].map(str, na_action="ignore").astype(levels)
        test[name] = test[name].map(str, na_action="ignore").astype(levels)
    return task, train, test


def lightgbm_of(make, x, y, alpha=None):
    """The leaves and the number of trees that a tenth of the rows finds best, then fitted on all rows."""
    order = np.random.default_rng(1).permutation(len(x))
    held, kept = order[: len(x) // 10], order[len(x) // 10 :]
    best = None
    for leaves in LEAVES if alpha is None else LEAVES[1:3]:
        model = make(num_leaves=leaves, n_estimators=3000)
        model.fit(
            x.iloc[kept], y.iloc[kept], eval_set=[(x.iloc[held], y.iloc[held])],
            callbacks=[lightgbm.early_stopping(50, verbose=False)],
        )
        score = min(next(iter(next(iter(model.evals_result_.values())).values())))
        if best is None or score < best[0]:
            best = (score, leaves, model.best_iteration_)
    return make(num_leaves=best[1], n_estimators=max(1, int(best[2] * 1.1))).fit(x, y)


def options(rows):
    small = rows < 2000
    return dict(
        verbose=-1, n_jobs=2, learning_rate=0.03, subsample=0.8, subsample_freq=1, colsample_bytree=0.8,
        min_child_samples=5 if small else 20,
    )


def crps(quantiles, truth):
    """Twice the pinball loss over probabilities from 0 to 1; quantiles between the levels linearly, flat beyond the outermost."""
    fine = (np.arange(200) + 0.5) / 200
    values = np.array([np.interp(fine, LEVELS, np.sort(row)) for row in quantiles])
    error = truth[:, None] - values
    return 2 * np.maximum(fine * error, (fine - 1) * error).mean()


def ks(quantiles, truth):
    pits = np.sort([np.interp(t, np.sort(row), LEVELS, left=0.025, right=0.975) for row, t in zip(quantiles, truth)])
    return np.abs(pits - (np.arange(len(pits)) + 0.5) / len(pits)).max()


def tell(*cells):
    print(" | ".join(str(cell) for cell in cells), flush=True)


def regression(name, target, x, y, xt, truth, numeric):
    common = options(len(x))
    point = lightgbm_of(lambda **more: lightgbm.LGBMRegressor(**common, **more), x, y)
    rmse = lambda p: np.sqrt(((p - truth) ** 2).mean())
    tell(name, target, "LightGBM", f"RMSE {rmse(point.predict(xt)):.4g}")
    hist = HistGradientBoostingRegressor(categorical_features="from_dtype", early_stopping=True, max_iter=1000, learning_rate=0.05)
    tell(name, target, "HistGradientBoosting", f"RMSE {rmse(hist.fit(x, y).predict(xt)):.4g}")
    found = []
    for level in LEVELS:
        make = lambda **more: lightgbm.LGBMRegressor(objective="quantile", alpha=level, **common, **more)
        found.append(lightgbm_of(make, x, y, level).predict(xt))
    found = np.array(found).T
    tell(name, target, "LightGBM quantiles", f"CRPS {crps(found, truth):.4g}, KS {ks(found, truth):.3f}")
    if not numeric:
        return
    from quantile_forest import RandomForestQuantileRegressor

    filled, filled_t = x.fillna(x.median()), xt.fillna(x.median())
    forest = RandomForestQuantileRegressor(500, min_samples_leaf=3, n_jobs=2, random_state=1).fit(filled, y)
    found = np.array(forest.predict(filled_t, quantiles=list(LEVELS)))
    tell(name, target, "quantile forest", f"RMSE {rmse(forest.predict(filled_t, quantiles='mean')):.4g}, CRPS {crps(found, truth):.4g}, KS {ks(found, truth):.3f}")
    from ngboost import NGBRegressor

    order = np.random.default_rng(1).permutation(len(filled))
    held, kept = order[: len(x) // 10], order[len(x) // 10 :]
    boosted = NGBRegressor(n_estimators=1000, learning_rate=0.03, verbose=False, random_state=1)
    boosted.fit(filled.values[kept], y.values[kept], X_val=filled.values[held], Y_val=y.values[held], early_stopping_rounds=50)
    normal = boosted.pred_dist(filled_t.values)
    from scipy.stats import norm

    z = (truth - normal.loc) / normal.scale
    score = normal.scale * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    pits = np.sort(norm.cdf(z))
    distance = np.abs(pits - (np.arange(len(pits)) + 0.5) / len(pits)).max()
    tell(name, target, "NGBoost", f"RMSE {rmse(normal.loc):.4g}, CRPS {score.mean():.4g}, log score {-normal.logpdf(truth).mean():.3f}, KS {distance:.3f}")


def classes(name, target, x, y, xt, truth):
    common = options(len(x))
    forms = {
        "LightGBM": lightgbm_of(lambda **more: lightgbm.LGBMClassifier(**common, **more), x, y),
        "HistGradientBoosting": HistGradientBoostingClassifier(categorical_features="from_dtype", early_stopping=True, learning_rate=0.05, max_iter=1000).fit(x, y),
    }
    for form, model in forms.items():
        p = model.predict_proba(xt)
        tell(name, target, form, f"log score {log_loss(truth, p, labels=model.classes_):.4f}, AUC {roc_auc_score(truth == model.classes_[1], p[:, 1]):.4f}, right {accuracy_score(truth, model.classes_[p.argmax(1)]):.4f}")


root = Path(sys.argv[1])
for folder in sorted(root.iterdir()):
    if len(sys.argv) > 2 and folder.name not in sys.argv[2:]:
        continue
    task, train, test = prepared(folder)
    for target in task["targets"]:
        known, asked = train[train[target].notna()], test[test[target].notna()]
        x, xt = known[task["given"]], asked[task["given"]]
        if target in task["categories"]:
            classes(task["name"], target, x, known[target].astype(str), xt, asked[target].astype(str))
        else:
            numeric = not any(column in task["categories"] for column in task["given"])
            regression(task["name"], target, x, known[target], xt, asked[target].to_numpy(), numeric)
