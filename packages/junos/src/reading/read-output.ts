import { Collector } from './_collector.ts';
import { TextReader } from './_text-reader.ts';
import { XmlReader } from './_xml-reader.ts';
import type { OutputReading } from './output-reading.ts';

/**
 * Reads output of a device as people paste it: text or XML, several commands, SPUs and nodes one below the other.
 *
 * Read are `show security monitoring` (also `fpc` and `performance spu`), `show security flow session` and its summary,
 * `show security flow cp-session summary` and `show chassis fpc pic-status`. Prompts, banners and marks of pages do not
 * matter, nor that line ends were lost between sessions. Older layouts (no central point columns, no `Conn Tag`) are
 * read as well. What is none of that is listed line by line.
 *
 * Fidelity: observed. Layouts are those of published output.
 *
 * @param texts One text, or several of one device.
 * @returns What they say; `unread` counts lines of all texts on.
 * @example
 * ```ts
 * import { readOutput } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const { spus, unread } = readOutput(`user@fw> show security monitoring
 *                   Flow session   Flow session     CP session     CP session
 * FPC PIC CPU Mem        current        maximum        current        maximum
 *   0   1  98  71        6291456        6291456        7012345        7549747
 * hello
 * `);
 * assert.deepEqual([spus[0].fpc, spus[0].pic, spus[0].cpuPercent, spus[0].sessions], [0, 1, 98, 6291456]);
 * assert.deepEqual(unread, [{ line: 5, text: 'hello' }]);
 * ```
 */
export function readOutput(texts: string | readonly string[]): OutputReading {
  const into = new Collector();
  let number = 0;
  for (const text of typeof texts === 'string' ? [texts] : texts) {
    into.node = null;
    into.at(null, null);
    const lines = text.split(/\r\n|\r|\n/);
    const asText = new TextReader(into);
    const asXml = new XmlReader(into);
    for (let i = 0; i < lines.length; i++) {
      if (!isXml(lines[i])) {
        asText.line(number + i + 1, lines[i]);
        continue;
      }
      const from = i;
      while (i + 1 < lines.length && isXml(lines[i + 1])) i++;
      asXml.block(number + from + 1, lines.slice(from, i + 1).join('\n'));
    }
    number += lines.length;
  }
  return into.finish();
}

function isXml(line: string): boolean {
  return /^\s*<[A-Za-z/?!]/.test(line);
}
