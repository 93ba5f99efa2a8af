/** @file Doing the next piece of work while what was made of the last one is still being used. */

/**
 * What `work` makes of each item, in order. Work on an item begins when the one before is handed over, so that one
 * piece of work is done at a time, beside the receiver's own. When the receiver stops early, the piece in hand is
 * waited for, so that nothing works on afterwards.
 */
export async function* workAhead<Item, Made>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Made>,
): AsyncGenerator<Made> {
  const iterator = items[Symbol.asyncIterator]();
  const make = async () => {
    const next = await iterator.next();
    return next.done ? undefined : { made: await work(next.value) };
  };
  let coming = make();
  try {
    for (;;) {
      const come = await coming;
      if (come === undefined) return;
      coming = make();
      coming.catch(() => {}); // its error is thrown where it is awaited, above, unless the receiver stops before
      yield come.made;
    }
  } finally {
    await Promise.allSettled([coming]);
    await iterator.return?.();
  }
}

/** The items, each fetched while the one before is still being used. */
export function fetchedAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  return workAhead(items, async (item) => item);
}
