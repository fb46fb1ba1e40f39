import { styleText } from 'node:util';
import type { TextStyle } from '@midplane/pipeline';

/** Where a command writes. */
export interface Output {
  /** Results. */
  write(text: string): void;
  /** Messages for the person. */
  error(text: string): void;
  /** Whether a person watches: colours and progress. */
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
  const coloured = stdout.isTTY && stdout.hasColors();
  return {
    write: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    style: coloured ? COLOURS : undefined,
    exitCode: 0,
    flush: () => new Promise((resolve, reject) => stdout.write('', (error) => (error ? reject(error) : resolve()))),
  };
}
