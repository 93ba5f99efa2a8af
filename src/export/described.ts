/** @file What an exported file says of its model: one JSON, which a reader of the file's answers goes by. */

import { densityEnds } from "../columns/bounds.ts";
import type { ColumnEncoding, ModelColumn } from "../columns/encoding.ts";
import { classCount } from "../columns/encoding.ts";
import { isWhole, kindOf } from "../columns/kinds.ts";
import { coordinates } from "../columns/transforms.ts";
import { DEFAULT_LEVELS } from "../distribution/levels.ts";
import { type ModelConfig, removesErrors } from "../networks/model-config.ts";
import { slopesOf } from "./curves.ts";

/** The version of the JSON: a reader refuses newer ones. */
const EXPORT_VERSION = 1;

/**
 * @param of indices of the columns that the file answers for.
 */
export function describedModel(
  config: ModelConfig,
  of: readonly number[],
  {
    quantiles,
    isFree,
    version,
  }: { readonly quantiles: readonly number[]; readonly isFree: boolean; readonly version: string },
) {
  let offset = 0;
  const columns = config.columns.map((column) => {
    const classes = classCount(column.encoding);
    const described = describedColumn(column, config, { offset, count: classes });
    offset += classes;
    return described;
  });
  return {
    format: "anygiven-onnx",
    formatVersion: EXPORT_VERSION,
    version,
    columns,
    of: of.map((index) => config.columns[index].name),
    free: isFree,
    quantiles,
    errors: config.columns.some(({ errors }) => errors === true),
    levels: { count: DEFAULT_LEVELS.length, end: DEFAULT_LEVELS[DEFAULT_LEVELS.length - 1] },
  };
}

function describedColumn(
  { name, output, encoding, errors, unit, written, recalibration }: ModelColumn,
  config: ModelConfig,
  classes: { readonly offset: number; readonly count: number },
) {
  const { kind, center, scale, pointMasses, categories, bounds, period, onlyPointMasses } = encoding;
  const whole = isWhole(encoding);
  return {
    name,
    kind,
    output,
    ...(unit !== undefined && { unit }),
    center,
    scale,
    transform: describedTransform(encoding),
    pointMasses,
    ...(onlyPointMasses && { onlyPointMasses }),
    ...(bounds && { bounds, ends: describedEnds(encoding) }),
    ...(whole && { whole }),
    ...(period !== undefined && { period }),
    ...(categories.length > 0 && { categories }),
    ...(errors && { errors, deconvolved: output && removesErrors(config) }),
    ...(written && { written }),
    classes,
    isCategorical: kindOf(encoding).isCategorical,
    ...(recalibration && {
      recalibration: recalibration.map(({ most, levels, classes: trusted }) => ({
        most,
        ...(levels && { levels: { ...levels, slopes: slopesOf({ x: levels.from, y: levels.to }) } }),
        ...(trusted && { classes: trusted }),
      })),
    }),
  };
}

/** Of a curve the slopes too, so that a reader needs no rule for them. */
function describedTransform({ transform }: ColumnEncoding) {
  if (transform.by !== "quantiles") return transform;
  const { s, u } = transform;
  return { by: transform.by, s, u, slopes: slopesOf({ x: u, y: s }) };
}

/** Where the density ends, in standardised units; null where it does not. */
function describedEnds(encoding: ColumnEncoding) {
  const { toStandardised } = coordinates(encoding);
  return densityEnds(encoding, isWhole(encoding)).map((end) =>
    Number.isFinite(end) ? toStandardised(end) : null,
  );
}
