#!/usr/bin/env bash
# Trains the two small models of the explorer that come with the package (models/penguins, models/moons) on their tables in data/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

units=bill_length=mm,bill_depth=mm,flipper_length=mm,body_mass=g
npx tsx src/cli/main.ts train data/penguins.csv --out models/penguins --minutes 6 --seed 1 --units "$units" --licence CC0-1.0
npx tsx src/cli/main.ts train data/moons.csv --out models/moons --minutes 5 --seed 1
# To be asked they need no more.
for name in penguins moons; do rm -r "models/$name/checkpoints" "models/$name/training.log"; done
