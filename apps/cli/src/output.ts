import { styleText } from 'node:util';
import type { TextStyle } from '@midplane/pipeline';

/** Where a command writes. */
export interface Output {
  /** Results. */
  write(text: string): void;
  /** Messages for the person. */
  error(text: string): void;
  /** How text is coloured; undefined where no person watches. */
  readonly style: TextStyle | undefined;
  /** Exit code of a command that did what it could; 2 when the input was corrupt. */
  exitCode: number;
  /** Waits until everything has been taken. */
  flush(): Promise<void>;
}

const COLOURS: TextStyle = {
  heading: (text) => styleText('bold', text),
  warning: (text) => styleText('yellow', text),
  faint: (text) => styleText('dim', text),
};

/** Standard output and standard error of the process. */
export function standardOutput(): Output {
  const { stdout, stderr } = process;
  let failure: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // the reader has seen enough, as in `midplane run x | head`
    failure ??= error;
  });
  stderr.on('error', () => {}); // nobody is left to be told
  const coloured = stdout.isTTY && stdout.hasColors();
  return {
    write: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    style: coloured ? COLOURS : undefined,
    exitCode: 0,
    flush: () =>
      new Promise((resolve, reject) => {
        stdout.write('', (error) => {
          const first = failure ?? error;
          if (first) reject(first);
          else resolve();
        });
      }),
  };
}

/** Writes an error as one sentence with its code, or as a line of JSON where JSON was asked for. */
export function writeProblem(output: Output, json: boolean, problem: { code: string; message: string }): void {
  const { code, message } = problem;
  output.error(json ? `${JSON.stringify({ error: { code, message } })}\n` : `midplane: ${message} [${code}]\n`);
}
