import { Shell, type ShellDevice } from '@midplane/junos';

/** How a shell at the terminal is set up. */
export interface TerminalOptions {
  readonly user: string | undefined;
  /** Called about ten times a second, for what moves by itself. */
  readonly onTick: () => Promise<void>;
}

/** Connects a shell with the terminal of the process, until the session is over. */
export function atTerminal(device: ShellDevice, { user, onTick }: TerminalOptions): Promise<void> {
  const { stdin, stdout } = process;
  return new Promise((resolve, reject) => {
    const shell = new Shell(device, {
      write: (bytes) => void stdout.write(bytes),
      columns: stdout.columns || 80,
      rows: stdout.rows || 24,
      ...(user !== undefined && { user }),
      onExit: () => finish(resolve),
    });
    const timer = setInterval(() => void onTick().catch((error) => finish(() => reject(error))), 100);
    const onData = (bytes: Uint8Array): void => {
      try {
        shell.input(bytes);
        shell.settled.catch((error) => finish(() => reject(error)));
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const onResize = (): void => shell.resize(stdout.columns, stdout.rows);
    const onEnd = (): void => finish(resolve);
    const restore = (): void => void stdin.setRawMode(false);
    let isOver = false;
    function finish(then: () => void): void {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      stdin.off('data', onData).off('end', onEnd).pause();
      stdout.off('resize', onResize);
      process.off('exit', restore);
      restore();
      then();
    }
    stdin.setRawMode(true);
    process.on('exit', restore);
    stdin.on('data', onData).on('end', onEnd);
    stdout.on('resize', onResize);
    shell.start();
  });
}
