/** @file Which column would tell most about the one of interest, were it measured too; a click gives it. */
import { answered, next, of } from "./state.ts";

const NATS_PER_BIT = Math.LN2;

export function MeasureNext() {
  const found = next.value;
  if (!found) return <p class="quiet">{`Looking for what would tell most about ${of.value} …`}</p>;
  const most = Math.max(found.found[0]?.nats ?? 0, 0.05);
  const missing = answered.value.length;
  return (
    <>
      <p class="quiet">{`What a measurement of each would tell about ${of.value}, beyond what is given, in bits:`}</p>
      <ol class="next">
        {found.found.map(({ column, nats }) => (
          <li key={column}>
            <span class="name">{column}</span>
            <span class="bar" aria-hidden="true">
              <i style={{ inlineSize: `${(100 * nats) / most}%` }} />
            </span>
            <span class="share">{(nats / NATS_PER_BIT).toFixed(2)}</span>
          </li>
        ))}
      </ol>
      {!found.isDone && missing > 0 && <p class="quiet">…</p>}
    </>
  );
}
