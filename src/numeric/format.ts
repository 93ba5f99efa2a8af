/** @file Numbers as a person reads them. */

/** Seven significant digits: what float32 holds. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(7)));
}

/** A value to three digits of a spread: 4712.83 with a spread of 12 is "4712.8". */
export function roundedTo(value: number, spread: number): string {
  const decimals = 2 - Math.floor(Math.log10(Math.abs(spread)));
  if (!Number.isFinite(decimals) || decimals > 15 || !Number.isFinite(value)) return formatNumber(value);
  if (decimals >= 0) return String(Number(value.toFixed(decimals)) + 0); // + 0: not -0
  const unit = 10 ** -decimals;
  return String(Math.round(value / unit) * unit + 0);
}

/** "12.3 %". */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
