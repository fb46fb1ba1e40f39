import { type Column, formatCount, renderTable, type TextStyle } from '@midplane/pipeline';
import { type DiagnosedNode, type Diagnosis, type Finding, OWNERS_QUESTIONS } from '@midplane/scenario';

const COLUMNS: readonly Column[] = [
  { title: 'SPU', align: 'left' },
  { title: 'role', align: 'left' },
  { title: 'CPU', align: 'right' },
  { title: 'mem', align: 'right' },
  { title: 'sessions', align: 'right' },
  { title: 'maximum', align: 'right' },
  { title: 'used', align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'weight', align: 'right' },
  { title: 'failed', align: 'right' },
];

const UNREAD_LINES = 10;
const WIDTH = 80;

/** Prints a diagnosis: what was found first, then the load per SPU, the questions, and what could not be read. */
export function renderDiagnosis(
  diagnosis: Diagnosis,
  texts: readonly string[],
  files: readonly string[],
  style: TextStyle | undefined,
): string {
  const heading = style?.heading ?? ((text: string) => text);
  const { nodes, findings, missing, changed, unread, commands } = diagnosis;
  const lines: string[] = [];
  const problems = findings.filter(({ isProblem }) => isProblem);
  lines.push(heading(problems.length === 0 ? 'No problem found' : `Problems (${problems.length})`));
  for (const finding of problems) lines.push(...paragraph(finding, nodes, style));
  for (const node of nodes) {
    lines.push('', heading(node.node === null ? 'SPUs' : `SPUs of ${node.node}`), ...spuLines(node));
  }
  lines.push('', heading('What the figures answer'));
  let question = 0;
  for (const finding of findings.filter(({ isProblem }) => !isProblem)) {
    if (finding.question !== question) {
      question = finding.question;
      lines.push(`${question}. ${OWNERS_QUESTIONS[question]}`);
    }
    lines.push(...paragraph(finding, nodes, style));
  }
  lines.push('', ...wrapped(`Read: ${commands.join('; ')}`, '', '  '));
  for (const { command, answers } of missing) lines.push(...wrapped(`"${command}" would add: ${answers}`, '', '  '));
  for (const each of changed) lines.push(`Read twice, the later one counts: ${each}`);
  if (unread.length > 0) {
    lines.push('', heading(`Not read: ${formatCount(unread.length)} line${unread.length === 1 ? '' : 's'}`));
    for (const { line, text } of unread.slice(0, UNREAD_LINES))
      lines.push(`  ${placeOf(line, texts, files)}: ${printable(text)}`);
    if (unread.length > UNREAD_LINES) lines.push(`  and ${formatCount(unread.length - UNREAD_LINES)} more`);
  }
  return `${lines.join('\n')}\n`;
}

function spuLines({ spus, sessions, maximum }: DiagnosedNode): string[] {
  const count = (value: number | null) => (value === null ? '-' : formatCount(value));
  const share = (value: number | null) => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);
  const percent = (value: number | null) => (value === null ? '-' : `${value.toFixed(value < 10 ? 1 : 0)} %`);
  const rows = spus.map((spu) => [
    spu.name,
    spu.role ?? '-',
    spu.cpuPercent === null ? '-' : `${spu.cpuPercent} %`,
    spu.memoryPercent === null ? '-' : `${spu.memoryPercent} %`,
    count(spu.sessions),
    count(spu.maximum),
    percent(spu.usedPercent),
    share(spu.sessionShare),
    share(spu.weightShare),
    count(spu.failed),
  ]);
  const isCounted = spus.some((spu) => spu.sessions !== null);
  if (spus.length > 1 && isCounted) rows.push(['all', '', '', '', count(sessions), count(maximum), '', '', '', '']);
  return renderTable(COLUMNS, rows);
}

/** A finding; of a cluster with its node. */
function paragraph(
  { node, text, isProblem, question }: Finding,
  nodes: readonly DiagnosedNode[],
  style?: TextStyle,
): string[] {
  const place = nodes.length > 1 && node !== null ? `${node}: ` : '';
  const sentence = `${place}${printable(text)}${isProblem ? ` (question ${question})` : ''}`;
  const lines = wrapped(sentence, '  - ', '    ');
  return isProblem && style !== undefined ? lines.map(style.warning) : lines;
}

/** Breaks a sentence at blanks, but not before a percent sign. */
function wrapped(text: string, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/ (?!%)/)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Line of the file that it is in. */
function placeOf(line: number, texts: readonly string[], files: readonly string[]): string {
  let left = line;
  for (const [i, text] of texts.entries()) {
    const count = text.split(/\r\n|\r|\n/).length;
    if (left <= count) return texts.length === 1 ? `line ${left}` : `${files[i]}, line ${left}`;
    left -= count;
  }
  return `line ${line}`;
}

/** What was pasted may hold anything: nothing of it controls the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must not reach the terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}
