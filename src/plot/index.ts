/** @file anygiven/plot: pictures of distributions, joint samples, predictions, calibration and training. */

export { attributionFigure } from "./attribution-figure.ts";
export { type AxisChoices, axisLabel, type PlottedColumn, plottedOf } from "./axis.ts";
export { type CalibrationFigureOptions, calibrationFigure } from "./calibration-figure.ts";
export { type ClassesDrawn, classesFigure } from "./classes-figure.ts";
export { type CornerColumn, type CornerFigureOptions, cornerFigure } from "./corner-figure.ts";
export { type DensityFigureData, densityFigure, type FigureOptions } from "./density-figure.ts";
export { type DrawnDistribution, densityPanel, type NumberDensities } from "./density-panel.ts";
export { type EvaluationPageOptions, evaluationPage } from "./evaluation-page.ts";
export { type Figure, figureOf, type Heading, type KeyEntry } from "./figure.ts";
export { type JointFigureData, type JointFigureOptions, jointFigure } from "./joint-figure.ts";
export {
  type CategoryMarginal,
  type Marginal,
  type MarginalsOptions,
  marginalsOf,
  measuredMarginals,
} from "./marginals.ts";
export { outlinedSvg } from "./outlined.ts";
export type { Pairs } from "./pair-marks.ts";
export type { Panel, PanelSize } from "./panel.ts";
export { figurePdf } from "./pdf.ts";
export { type Predictions, predictionFigure, predictionsOf, scatterOf } from "./prediction-figure.ts";
export {
  type Profile,
  type ProfileBands,
  type ProfileQuestion,
  type ProfileShares,
  profileOf,
} from "./profile.ts";
export { type ProfileFigureOptions, profileFigure } from "./profile-figure.ts";
export { type ClassReliability, reliabilityFigure } from "./reliability-figure.ts";
export {
  SKY_FRAMES,
  type SkyFigureData,
  type SkyFigureOptions,
  type SkyFrame,
  skyFigure,
} from "./sky-figure.ts";
export {
  answerColour,
  JOINT_STYLES,
  type JointStyle,
  THEMES,
  type Theme,
  type ThemeName,
  themeOf,
} from "./theme.ts";
export { type EpochLosses, trainingFigure } from "./training-figure.ts";
export { figurePng, type WriteFigureOptions, writeFigure } from "./write-figure.ts";
