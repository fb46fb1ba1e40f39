/** A line on standard error that tells how far a long run is, for a person who watches. */
export interface Progress {
  /** Shows how much is done; draws at most ten times a second. */
  update(done: number, total: number | undefined, packets: number): void;
  /** Erases the line. */
  end(): void;
}

/** Columns of the bar, and of all that stands behind it. */
const WIDTH = 30;
const TEXT_WIDTH = 40;
/** Shows nothing. */
export const QUIET_PROGRESS: Progress = { update() {}, end() {} };

/** Makes a progress line: on a terminal only, and only once the run has taken half a second. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return QUIET_PROGRESS;
  const start = performance.now();
  let drawn = start + 400;
  return {
    update(done, total, packets) {
      const now = performance.now();
      if (now - drawn < 100) return;
      drawn = now;
      const million = (packets / 1e6).toFixed(1);
      const rate = (packets / 1e3 / (now - start)).toFixed(1);
      const text = `${million} M packets, ${rate} M/s`;
      if (total === undefined || total === 0) {
        stream.write(`\r\x1b[K${text}`);
        return;
      }
      const part = Math.min(1, done / total);
      const width = Math.max(0, Math.min(WIDTH, stream.columns - TEXT_WIDTH)); // a line that wraps could not be erased
      const bar = '█'.repeat(Math.round(part * width)).padEnd(width, '░');
      stream.write(`\r\x1b[K${bar} ${String(Math.floor(part * 100)).padStart(3)} %  ${text}`);
    },
    end() {
      if (drawn > start + 400) stream.write('\r\x1b[K');
    },
  };
}
