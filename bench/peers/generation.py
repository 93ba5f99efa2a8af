"""Makes up a table by CTGAN or TVAE (Xu et al. 2019, arXiv 1907.00503; the package `ctgan` of their authors, its defaults).

    pip install ctgan
    python generation.py ../../../shared/data/generation/magic --by ctgan --out made.csv
    npx tsx ../densities/generation.ts --tables magic --made made.csv --python PYTHON

As many rows as there are to train on. Rows with a missing number are left out: neither takes them.
"""

import argparse
import json
import time
from pathlib import Path

import pandas as pd
import torch
from ctgan import CTGAN, TVAE

MAKERS = {"ctgan": CTGAN, "tvae": TVAE}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="a folder with train.csv.gz and columns.json")
    parser.add_argument("--by", choices=MAKERS, default="ctgan")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=300, help="the package's default is 300")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    about = json.loads((arguments.data / "columns.json").read_text())
    codes = [*about["categorical"], *([] if about["target_is"] == "numeric" else [about["target"]])]
    table = pd.read_csv(arguments.data / "train.csv.gz", dtype={name: str for name in codes}, keep_default_na=False)
    numbers = [name for name in table.columns if name not in codes]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    known = table.dropna(subset=numbers)
    began = time.process_time()
    maker = MAKERS[arguments.by](epochs=arguments.epochs)
    maker.set_random_state(arguments.seed)
    maker.fit(known, codes)
    made = maker.sample(len(table))
    made.to_csv(arguments.out, index=False)
    print(json.dumps({
        "maker": arguments.by, "table": arguments.data.name, "rows": len(known), "epochs": arguments.epochs,
        "processorSeconds": round(time.process_time() - began, 1),
    }))


if __name__ == "__main__":
    main()
