"""Asks each model of the twenty tables (fetch.py) three questions, beside the same number of the table's own rows.

    anygiven train tables/X.csv --out models/X       # each table, without another option
    python bench/first-contact/questions.py tables models [X ...]

One line a question: the answer, that of the rows (with its standard error, by 200 bootstrap samples), and how many rows it is of.
The command is `anygiven`, or what the variable ANYGIVEN says.
"""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pandas

# Table, then questions: what of which column, what is given, and the rows that fit it.
QUESTIONS = {
    "gapminder-health-income.csv": [
        ("p", "region", "sub_saharan_africa", ["health=55"], "53 <= health <= 57"),
        ("p", "region", "sub_saharan_africa", ["health<60"], "health < 60"),
        ("median", "health", None, ["region=sub_saharan_africa"], "region == 'sub_saharan_africa'"),
        ("below", "income", 10000, ["region=america"], "region == 'america'"),
    ],
    "Hitters.csv": [
        ("p", "NewLeague", "N", ["League=N"], "League == 'N'"),
        ("median", "Salary", None, ["Years=10"], "9 <= Years <= 11"),
        ("below", "Salary", 500, ["Hits=150"], "140 <= Hits <= 160"),
    ],
    "Credit.csv": [
        ("p", "Student", "Yes", ["Balance>1000"], "Balance > 1000"),
        ("median", "Balance", None, ["Student=Yes"], "Student == 'Yes'"),
        ("below", "Balance", 0.5, ["Income=20"], "17 <= Income <= 23"),
    ],
    "weather.csv": [
        ("p", "weather", "rain", ["location=Seattle"], "location == 'Seattle'"),
        ("median", "temp_max", None, ["location=New York", "weather=snow"], "location == 'New York' and weather == 'snow'"),
        ("below", "precipitation", 0.05, ["location=Seattle"], "location == 'Seattle'"),
        ("median", "temp_max", None, ["location=Seattle", "date=2014-07-15"], "location == 'Seattle' and '2014-07-05' <= date <= '2014-07-25'"),
    ],
    "movies.json": [
        ("p", "Major Genre", "Comedy", ["MPAA Rating=PG-13"], "`MPAA Rating` == 'PG-13' and `Major Genre`.notna()"),
        ("median", "IMDB Rating", None, ["Major Genre=Horror"], "`Major Genre` == 'Horror'"),
        ("below", "US Gross", 10_000_000, ["MPAA Rating=R"], "`MPAA Rating` == 'R'"),
    ],
    "canadian_senators.csv": [
        ("p", "reason", "Death", ["start_date=1890-01-01"], "'1880-01-01' <= start_date <= '1900-01-01' and reason.notna()"),
        ("median", "diff_days", None, ["reason=Resignation"], "reason == 'Resignation'"),
        ("below", "diff_days", 3650, ["Province / Territory=Ontario"], "`Province / Territory` == 'Ontario'"),
    ],
    "lymph_node.csv": [
        ("above", "hormone", 1.5, ["menopause=2"], "menopause == 2"),
        ("median", "nodes", None, ["grade=3"], "grade == 3"),
        ("below", "survtime", 1000, ["nodes=10"], "8 <= nodes <= 12"),
    ],
    "Wage.csv": [
        ("p", "education", "5. Advanced Degree", ["wage=160"], "150 <= wage <= 170"),
        ("median", "wage", None, ["education=1. < HS Grad"], "education == '1. < HS Grad'"),
        ("below", "wage", 80, ["age=25"], "24 <= age <= 26"),
    ],
    "planes.csv": [
        ("p", "manufacturer", "BOEING", ["engine=Turbo-jet"], "engine == 'Turbo-jet'"),
        ("median", "seats", None, ["manufacturer=EMBRAER"], "manufacturer == 'EMBRAER'"),
        ("below", "year", 1995, ["manufacturer=BOEING"], "manufacturer == 'BOEING'"),
    ],
    "OJ.csv": [
        ("p", "Purchase", "MM", ["LoyalCH=0.2"], "0.15 <= LoyalCH <= 0.25"),
        ("median", "LoyalCH", None, ["Purchase=CH"], "Purchase == 'CH'"),
        ("below", "PriceDiff", 0, ["StoreID=1"], "StoreID == 1"),
    ],
    "disasters.csv": [
        ("p", "Entity", "Flood", ["Deaths=5000"], "3000 <= Deaths <= 8000"),
        ("median", "Deaths", None, ["Entity=Earthquake"], "Entity == 'Earthquake'"),
        ("below", "Deaths", 1000, ["Entity=Flood"], "Entity == 'Flood'"),
    ],
    "divorce.dat": [
        ("p", "div", "Yes", ["mixed=Yes"], "mixed == 'Yes'"),
        ("median", "years", None, ["div=No"], "div == 'No'"),
        ("below", "years", 10, ["div=Yes", "heblack=Yes"], "div == 'Yes' and heblack == 'Yes'"),
    ],
    "dd.csv": [
        ("p", "democracy", "Democracy", ["un_continent_name=Africa"], "un_continent_name == 'Africa'"),
        ("median", "duration", None, ["regime=Military Dict"], "regime == 'Military Dict'"),
        ("below", "duration", 2.5, ["regime=Parliamentary Dem"], "regime == 'Parliamentary Dem'"),
    ],
    "birdstrikes.csv": [
        ("p", "Wildlife Size", "Large", ["Phase of flight=Landing Roll"], "`Phase of flight` == 'Landing Roll'"),
        ("median", "Speed IAS in knots", None, ["Phase of flight=Climb"], "`Phase of flight` == 'Climb'"),
        ("below", "Cost Total $", 0.5, ["Effect Amount of damage=Substantial"], "`Effect Amount of damage` == 'Substantial'"),
    ],
    "restaurant_data.csv": [
        ("p", "Weekend", "true", ["Year=2015"], "Year == 2015"),
        ("median", "inspection_score", None, ["Year=2015"], "Year == 2015"),
        ("below", "inspection_score", 89.5, ["NumberofLocations=50"], "40 <= NumberofLocations <= 60"),
    ],
    "flights-5k.json": [
        ("p", "destination", "LAX", ["origin=SFO"], "origin == 'SFO'"),
        ("median", "delay", None, ["origin=ORD"], "origin == 'ORD'"),
        ("below", "delay", 0.5, ["distance=2400"], "2200 <= distance <= 2600"),
    ],
    "football.json": [
        ("p", "division", "Serie A", ["home_team=Arsenal"], "home_team == 'Arsenal'"),
        ("below", "away_score", 0.5, ["home_team=Arsenal"], "home_team == 'Arsenal'"),
        ("above", "home_score", 2.5, ["division=Primera Division"], "division == 'Primera Division'"),
    ],
    "nhefs.csv": [
        ("above", "qsmk", 0.5, ["sex=1"], "sex == 1"),
        ("median", "wt82_71", None, ["qsmk=1"], "qsmk == 1"),
        ("below", "sbp", 120, ["age=35"], "33 <= age <= 37"),
    ],
    "political-contributions.json": [
        ("p", "Party_Affiliation", "REP", ["Incumbent_Challenger_Status=C"], "Incumbent_Challenger_Status == 'C'"),
        ("below", "Total_Receipts", 0.5, ["Party_Affiliation=REP"], "Party_Affiliation == 'REP'"),
        ("above", "Beginning_Cash", 0.5, ["Party_Affiliation=DEM"], "Party_Affiliation == 'DEM'"),
    ],
}


def table(path):
    if path.suffix == ".json":
        return pandas.DataFrame(json.loads(path.read_text()))
    if path.suffix == ".dat":
        lines = "\n".join(line.strip() for line in path.read_text().splitlines())
        return pandas.read_csv(io.StringIO(lines), sep=r"\s{2,}", engine="python")
    return pandas.read_csv(path, keep_default_na=path.name != "birdstrikes.csv", na_values=["NA", ""])


def asked(model, what, column, value, given):
    words = os.environ.get("ANYGIVEN", "anygiven").split()
    words += ["density", str(model), "--of", column, "--json"] + [word for each in given for word in ["--given", each]]
    if what in ("below", "above"):
        words += ["--probability", f"{column} {'<' if what == 'below' else '>'} {value}"]
    run = subprocess.run(words, capture_output=True, text=True)
    if run.returncode != 0:
        raise ValueError(run.stderr.strip())
    answer = json.loads(run.stdout)["of"][column]
    if what == "p":
        return [answer["probabilities"][value]]
    if what == "median":
        return [answer["quantiles"][level] for level in ("0.5", "0.16", "0.84")]
    return [next(iter(answer["events"].values()))]


def counted(cells, what, value):
    if what == "p":
        return [numpy.mean(cells.astype(str).str.lower() == value.lower())]
    if what == "median":
        return list(cells.quantile([0.5, 0.16, 0.84]))
    return [numpy.mean(cells < value if what == "below" else cells > value)]


def main():
    tables, models, *chosen = sys.argv[1:]
    random = numpy.random.default_rng(1)
    for name, questions in QUESTIONS.items():
        model = Path(models) / Path(name).stem
        if not (model / "config.json").exists() or (chosen and Path(name).stem not in chosen):
            continue
        rows = table(Path(tables) / name)
        for what, column, value, given, fits in questions:
            cells = rows.query(fits)[column].dropna()
            theirs = counted(cells, what, value)
            drawn = [counted(cells.sample(frac=1, replace=True, random_state=random), what, value) for _ in range(200)]
            errors = numpy.std(drawn, axis=0)
            ours = asked(model, what, column, value, given)
            sign = {"p": f"= {value}", "median": "median (16 %, 84 %)", "below": f"< {value}", "above": f"> {value}"}[what]
            text = lambda numbers: ", ".join(f"{each:.4g}" for each in numbers)
            told = ", ".join(f"{each:.4g} ± {float(f'{error:.2g}'):g}" for each, error in zip(theirs, errors))
            print(f"{Path(name).stem} | {column} {sign} given {', '.join(given)} | {text(ours)} | {told} | {len(cells)}")


main()
