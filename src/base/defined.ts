/** @file Options without those that nobody gave: to a function, an absent option and one that is undefined are two things. */

/** The type without undefined: what may be undefined there may be absent here. */
export type Defined<Options> = {
  readonly [K in keyof Options as undefined extends Options[K] ? never : K]: Options[K];
} & {
  readonly [K in keyof Options as undefined extends Options[K] ? K : never]?: Exclude<Options[K], undefined>;
};

/** `defined({ seed: 1, size: undefined })` is `{ seed: 1 }`, so that the size has its default. */
export function defined<Options extends object>(options: Options): Defined<Options> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Defined<Options>;
}
