/** IP IDs that differ by more than this do not follow each other. */
const NEAR = 2048;

/** How far one IP ID lies behind another; they wrap around. */
export function ipIdStep(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Whether IP IDs that are a step apart may follow each other. */
export function isNear(step: number): boolean {
  return step >= -NEAR && step <= NEAR;
}
