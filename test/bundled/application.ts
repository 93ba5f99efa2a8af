/** @file The application: it asks about a table and prints what came. */
import { Model } from "../../src/index.ts";
import { answerMany } from "./answers.ts";

async function run(): Promise<void> {
  const model = await Model.load("survey");
  process.stdout.write(JSON.stringify(await answerMany(model)));
  await model.dispose();
}

void run();
