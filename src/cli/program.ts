/** @file The program `anygiven`: hands each command to its file and turns mistakes into one sentence. */
import "../runtime/node/install.ts";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { fastestDevice } from "../runtime/node/devices.ts";
import { adviseCommand } from "./advise.ts";
import { withFlags } from "./arguments.ts";
import { datasetsCommand, simulateCommand } from "./datasets.ts";
import { densityCommand } from "./density.ts";
import { evaluateCommand } from "./evaluate.ts";
import { exploreCommand } from "./explore.ts";
import { exportCommand } from "./export.ts";
import { withRepeatedFlags } from "./given-words.ts";
import { gpuCommand } from "./gpu.ts";
import { importCommand } from "./import.ts";
import { imputeCommand } from "./impute.ts";
import { infoCommand } from "./info.ts";
import { inspectCommand } from "./inspect.ts";
import { note } from "./output.ts";
import { refuseOverInputs } from "./overwritten.ts";
import { partitionsCommand } from "./partitions.ts";
import { plotCommand } from "./plot/plot.ts";
import { predictCommand } from "./predict.ts";
import { quickstartCommand } from "./quickstart.ts";
import { reduceCommand } from "./reduce.ts";
import { sampleCommand } from "./sample.ts";
import { scoreCommand } from "./score.ts";
import { serveCommand } from "./serve.ts";
import { settleNames } from "./settled.ts";
import { synthesizeCommand } from "./synthesize.ts";
import { StandardOutput } from "./table-output.ts";
import { trainCommand } from "./train.ts";
import { setVerified } from "./verified.ts";
import { xmatchCommand } from "./xmatch.ts";

const FAULT = 1;
const MISTAKE = 2;
const INTERRUPTED = 130;

const EXAMPLES = `
Examples:
  anygiven quickstart                                          a first model in two minutes
  anygiven inspect houses.csv                                  see what a table is taken for
  anygiven train houses.csv --out houses --minutes 5           train on a table
  anygiven density houses --of HouseValue --given MedInc=7     ask for a distribution
  anygiven predict houses new.csv --of HouseValue --out p.csv  answer for every row of a table
  anygiven evaluate houses houses.csv --held-out               see how good the answers are

Exit codes: 0 done, 1 a fault of anygiven, 2 a mistake in what was given, 130 interrupted.`;

const COMMANDS = {
  "Make a model:": [quickstartCommand, inspectCommand, trainCommand, importCommand],
  "Ask it a question:": [densityCommand, sampleCommand, synthesizeCommand, adviseCommand],
  "Use it on a table:": [predictCommand, imputeCommand, scoreCommand, evaluateCommand, partitionsCommand],
  "Look at it:": [plotCommand, exploreCommand],
  "Tables of the sky:": [xmatchCommand, reduceCommand],
  "Let others ask it:": [serveCommand],
  "And besides:": [infoCommand, exportCommand, gpuCommand, datasetsCommand],
};

/** A program is for one command line: commander keeps what its options were given. */
function newProgram(standard: StandardOutput): CommandUnknownOpts {
  const program: CommandUnknownOpts = new Command("anygiven")
    .description(
      "Train one model on any table, then ask it for the full probability distribution of any column given any others.",
    )
    .version(VERSION)
    .option("--debug", "show the stack trace of an error")
    .option("--no-verify", "do not compare a model's files with the checksums in its manifest.json")
    .showHelpAfterError("(anygiven --help shows examples)")
    .addHelpText("after", EXAMPLES);
  for (const [heading, commands] of Object.entries(COMMANDS)) {
    for (const command of commands) {
      const made: CommandUnknownOpts = command();
      for (const each of [made, ...made.commands])
        each.exitOverride().configureOutput({ outputError: complain });
      program.addCommand(made.helpGroup(heading));
    }
  }
  program.addCommand(simulateCommand(), { hidden: true });
  program.commandsGroup("And besides:"); // the command "help" joins the last ones
  program.exitOverride().configureOutput({ outputError: complain });
  // Every command that computes has the option --device: "auto" is settled here, once for all of them.
  program.hook("preAction", async (_program, command: CommandUnknownOpts) => {
    if (command.getOptionValue("device") !== "auto") return;
    const { device, why } = await fastestDevice();
    note(why);
    command.setOptionValue("device", device);
  });
  program.hook("preAction", () => setVerified(program.opts().verify !== false));
  program.hook("preAction", (_program, command: CommandUnknownOpts) => settleNames(command));
  program.hook("preAction", (_program, command: CommandUnknownOpts) => refuseOverInputs(command));
  program.hook("preAction", (_program, command: CommandUnknownOpts) => standard.begin(command));
  program.hook("postAction", () => standard.send());
  return program;
}

/**
 * Does what a command line says. Answers go to standard output, mistakes to standard error.
 * @param words those after the program's name.
 * @returns the exit code: 0 done, 1 a fault of anygiven, 2 a mistake in what was given, 130 interrupted.
 */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  process.exitCode = undefined;
  const standard = new StandardOutput();
  try {
    await newProgram(standard).parseAsync(withRepeatedFlags(words), { from: "user" });
    return Number(process.exitCode ?? 0); // a command that was interrupted, but has written what it had, sets it
  } catch (error) {
    return exitCodeOf(error, words.includes("--debug"));
  } finally {
    await standard.end();
  }
}

function exitCodeOf(error: unknown, debug: boolean): number {
  if (isCommanderExit(error)) return error.exitCode === 0 ? 0 : MISTAKE;
  if (error instanceof Error && error.name === "AbortError") return INTERRUPTED;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof InputError) {
    note(`anygiven: ${debug ? stack : withFlags(message)}`);
    return MISTAKE;
  }
  note(`anygiven: ${debug ? stack : `${message} (--debug shows where)`}`);
  return FAULT;
}

/** Commander has written its own message by then. */
function isCommanderExit(error: unknown): error is { exitCode: number } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}

/** Commander's complaints in the form of ours: on one line, ended. */
function complain(text: string, write: (text: string) => void): void {
  const message = text
    .replace(/^error: /, "")
    .trim()
    .replace(/\s*\n\s*/g, " ");
  write(`anygiven: ${/[.!?)]$/.test(message) ? message : `${message}.`}\n`);
}
