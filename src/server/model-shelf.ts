/** @file The models that are served, by name; one whose folder changes is loaded anew while the old one answers on. */
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { folderToAsk } from "../files/model-files.ts";
import { Model, type ModelOptions } from "../model/model.ts";
import { QuestionBatches } from "./question-batches.ts";
import { Refusal } from "./refusals.ts";

/** A model that is being asked; to be released, once, when that is done. */
export interface Lease {
  readonly name: string;
  readonly model: Model;
  readonly batches: QuestionBatches;
  readonly loadedAt: Date;
  release(): void;
}

export interface ShelfEvents {
  /** A folder's model was loaded anew, or could not be: the old one goes on. */
  readonly onReload?: (name: string, error?: Error) => void;
  /** How many questions a run answered together. */
  readonly onRun?: (questions: number) => void;
}

interface Loaded {
  readonly model: Model;
  readonly batches: QuestionBatches;
  readonly loadedAt: Date;
  /** What the files were when they were read, or could not be. */
  stamp: string;
  users: number;
  isOld: boolean;
}

interface Shelved {
  readonly folder: string;
  loaded: Loaded;
  /** What the files were when they were last looked at. */
  seen: string;
}

/** Between two looks at the folders. A model is read when its files are the same in two of them, so that both belong together. */
const LOOK_MILLISECONDS = 1000;

export class ModelShelf {
  readonly #models = new Map<string, Shelved>();
  readonly #options: ModelOptions;
  readonly #events: ShelfEvents;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> = Promise.resolve();

  private constructor(options: ModelOptions, events: ShelfEvents) {
    this.#options = options;
    this.#events = events;
  }

  /**
   * Loads all of them. The name of a model is that of its folder.
   * @throws InputError for a folder without a model, two of one name, none at all.
   */
  static async open(
    folders: readonly string[],
    options: ModelOptions = {},
    {
      lookMilliseconds = LOOK_MILLISECONDS,
      ...events
    }: ShelfEvents & { readonly lookMilliseconds?: number } = {},
  ): Promise<ModelShelf> {
    if (folders.length === 0) throw new InputError("No model is named: name the folder of at least one.");
    const shelf = new ModelShelf(options, events);
    try {
      for (const given of folders) {
        const folder = folderToAsk(given);
        const name = basename(resolve(folder));
        const other = shelf.#models.get(name);
        if (other)
          throw new InputError(
            `${other.folder} and ${folder} would both be served as "${name}": rename one of the folders.`,
          );
        const stamp = await stampOf(folder);
        shelf.#models.set(name, { folder, loaded: await shelf.#load(folder, stamp), seen: stamp });
      }
    } catch (error) {
      await shelf.dispose();
      throw error;
    }
    shelf.#timer = setInterval(() => {
      shelf.#look = shelf.#look.then(() => shelf.#lookAtAll());
    }, lookMilliseconds).unref();
    return shelf;
  }

  get names(): string[] {
    return [...this.#models.keys()];
  }

  /** Where a model lies on the disk. @throws Refusal (404) for a name that there is not. */
  folderOf(name: string): string {
    return this.#named(name).folder;
  }

  /** @throws Refusal (404) for a name that there is not, with those that are like it. */
  take(name: string): Lease {
    const found = this.#named(name);
    const { loaded } = found;
    loaded.users++;
    let isHeld = true;
    return {
      name,
      ...{ model: loaded.model, batches: loaded.batches, loadedAt: loaded.loadedAt },
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        loaded.users--;
        this.#disposeIfDone(loaded);
      },
    };
  }

  #named(name: string): Shelved {
    const found = this.#models.get(name);
    if (!found) throw new Refusal(404, unknownName("model", name, this.names));
    return found;
  }

  async dispose(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
    await Promise.all([...this.#models.values()].map(({ loaded }) => loaded.model.dispose()));
  }

  async #load(folder: string, stamp: string): Promise<Loaded> {
    const model = await Model.load(folder, this.#options);
    const batches = new QuestionBatches(model, this.#events.onRun);
    return { model, batches, loadedAt: new Date(), stamp, users: 0, isOld: false };
  }

  async #lookAtAll(): Promise<void> {
    for (const [name, shelved] of this.#models) {
      const stamp = await stampOf(shelved.folder);
      const isSettled = stamp === shelved.seen;
      shelved.seen = stamp;
      if (!isSettled || stamp === shelved.loaded.stamp) continue;
      try {
        const loaded = await this.#load(shelved.folder, stamp);
        if ((await stampOf(shelved.folder)) !== stamp) {
          await loaded.model.dispose(); // written while it was read: the next look will tell
          continue;
        }
        const old = shelved.loaded;
        shelved.loaded = loaded;
        old.isOld = true;
        this.#disposeIfDone(old);
        this.#events.onReload?.(name);
      } catch (error) {
        // Said once for these files, and the model that there was goes on.
        shelved.loaded.stamp = stamp;
        this.#events.onReload?.(name, error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  #disposeIfDone(loaded: Loaded): void {
    if (!loaded.isOld || loaded.users > 0) return;
    loaded.model.dispose().catch((error: unknown) => this.#events.onReload?.("", error as Error));
  }
}

/** What tells whether a model's files are others than before; "absent" where they are not all there. */
async function stampOf(folder: string): Promise<string> {
  const files = ["config.json", "weights.safetensors"].map((file) => stat(join(folder, file)));
  const found = await Promise.allSettled(files);
  return found
    .map((each) =>
      each.status === "fulfilled"
        ? [each.value.ino, each.value.size, each.value.mtimeMs].join(":")
        : "absent",
    )
    .join(" ");
}
