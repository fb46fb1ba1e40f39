import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { readOutput } from '@midplane/junos';
import { diagnose } from '@midplane/scenario';
import type { Command } from 'commander';
import { readError } from '../check-capture-path.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import { renderDiagnosis } from '../shell/render-diagnosis.ts';
import { checkStandardInput } from '../standard-input.ts';

/** Bytes of all files together that are read. */
const MOST_BYTES = 256 * 1024 * 1024;

/** `midplane diagnose`: what output of a real device tells its owner. */
export function addDiagnoseCommand(program: Command, output: Output): void {
  program
    .command('diagnose')
    .description("read a real device's output: load per SPU against its weights, elephants, full SPUs, the first limit")
    .argument('<file...>', 'text or XML as it was pasted, of one device; - reads standard input')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Reads the output of these commands, of one chassis or of both nodes of a cluster, in any order and number of files:
  show security monitoring               (also: fpc N, performance spu)
  show security flow session summary
  show security flow session
  show security flow cp-session summary
  show chassis fpc pic-status
What it cannot read it names, with its line.

Examples:
  midplane diagnose monitoring.txt sessions.txt
  ssh fw 'show security monitoring | display xml' | midplane diagnose -
  midplane diagnose paste.txt --json | jq '.findings[] | select(.isProblem)'`,
    )
    .action(async (files: readonly string[], options: { readonly json?: boolean }) => {
      checkStandardInput(files);
      const texts: string[] = [];
      let size = 0;
      for (const file of files) {
        const bytes = file === '-' ? await readStandardInput() : await readBytes(file);
        size += bytes.length;
        if (size > MOST_BYTES) {
          throw new CommandError(
            'input-too-large',
            `Cannot read output: the files must have at most ${MOST_BYTES} bytes together: got more`,
          );
        }
        texts.push(new TextDecoder().decode(bytes));
      }
      const diagnosis = diagnose(readOutput(texts));
      const first = diagnosis.unread[0];
      const got = first === undefined ? 'nothing' : `line ${first.line}, ${JSON.stringify(cut(first.text))}`;
      if (diagnosis.commands.length === 0) {
        const names = 'show security monitoring, show security flow session, its summary, show chassis fpc pic-status';
        throw new CommandError('nothing-read', `Cannot read output: it must be that of one of ${names}: got ${got}`);
      }
      if (diagnosis.nodes.length === 0 && diagnosis.findings.length === 0) {
        const rule = `${diagnosis.commands.join(', ')} must be followed by figures of SPUs`;
        throw new CommandError('nothing-read', `Cannot read output: ${rule}: got ${got}`);
      }
      output.write(
        options.json ? `${JSON.stringify(diagnosis)}\n` : renderDiagnosis(diagnosis, texts, files, output.style),
      );
    });
}

/** A line as an error shows it: a file that is no text may be one line. */
function cut(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}...` : line;
}

async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error) => {
    const read = readError(path, error);
    if (!(read instanceof CommandError)) throw read;
    throw new CommandError(read.code, read.message.replace('Cannot read capture', 'Cannot read output'));
  });
}

async function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY) {
    const rule = 'standard input must be the output, as in "midplane diagnose - < paste.txt"';
    throw new CommandError('input-is-terminal', `Cannot read output: ${rule}: got a terminal`);
  }
  return buffer(process.stdin);
}
