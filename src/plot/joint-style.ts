/** @file How joint samples are drawn. */

export const JOINT_STYLES = ["contours", "hexbins"] as const;
export type JointStyle = (typeof JOINT_STYLES)[number];
