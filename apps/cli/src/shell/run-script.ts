import type { CommandOutcome, CommandSession } from '@midplane/junos';
import { EXIT_BAD_INPUT } from '../command-error.ts';
import type { Output } from '../output.ts';

/** Text that is written before the reader is waited for. */
const CHUNK_LENGTH = 1 << 16;
/** Ends text for `load ... terminal`, on a line of its own; so does the end of the input. */
const END_OF_TEXT = '\x04';

/** Lines of a script, or of `-c`. */
export type Lines = AsyncIterator<string> | Iterator<string>;

/**
 * Runs lines one after the other; the first that is wrong ends it, with exit code 2 and the reason on standard error.
 *
 * Before each of them time passes for a simulation that is played. What a command asks is answered by the next line.
 * Empty lines, and those that begin with `#`, are skipped.
 */
export async function runScript(
  commands: CommandSession,
  lines: Lines,
  output: Output,
  passTime: () => Promise<void>,
): Promise<void> {
  for (;;) {
    const line = await nextOf(lines);
    if (line === null) return;
    if (line.trim() === '' || line.startsWith('#')) continue;
    await passTime();
    let done = await commands.run(line);
    await writeAll(done.output, output);
    while (done.question !== null) {
      output.write(done.question.prompt);
      const answer = done.question.kind === 'text' ? await textOf(lines) : ((await nextOf(lines)) ?? '');
      if (done.question.kind === 'line') output.write(`${answer}\n`);
      done = await done.question.answer(answer);
      await writeAll(done.output, output);
    }
    if (done.error !== null) {
      await output.flush();
      output.error(errorText(line, done.error));
      output.exitCode = EXIT_BAD_INPUT;
      return;
    }
    if (done.isOver) return;
  }
}

/** The line, a caret under the word, and the reason. */
function errorText(line: string, { message, offset, help }: NonNullable<CommandOutcome['error']>): string {
  const caret = offset === null ? '' : `${' '.repeat(offset)}^\n`;
  return `${line}\n${caret}${message}\n${help}`;
}

async function nextOf(lines: Lines): Promise<string | null> {
  const next = await lines.next();
  return next.done ? null : next.value;
}

async function textOf(lines: Lines): Promise<string> {
  let text = '';
  for (let line = await nextOf(lines); line !== null && line !== END_OF_TEXT; line = await nextOf(lines)) {
    text += `${line}\n`;
  }
  return text;
}

/** Writes pieces, and waits for the reader now and then: a long list never stands in memory. */
async function writeAll(pieces: Iterable<string>, output: Output): Promise<void> {
  let length = 0;
  for (const piece of pieces) {
    output.write(piece);
    length += piece.length;
    if (length < CHUNK_LENGTH) continue;
    await output.flush();
    length = 0;
  }
}
