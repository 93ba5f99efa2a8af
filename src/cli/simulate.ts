/** @file `anygiven simulate`: says where the simulator of the star survey is, for it is no part of the package. */
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";

export function simulateCommand() {
  return new Command("simulate")
    .description("Where the simulator of the star survey is (not in this package).")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw new InputError(
        'The simulator of the star survey is not in the package: run "npm run simulate -- --out stars.parquet" in a clone ' +
          'of the repository, or name the table "survey", 20,000 of its stars that are in the package.',
      );
    });
}
