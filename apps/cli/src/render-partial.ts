import { type Column, formatCount, type PartialReport, renderTable } from '@midplane/pipeline';

const TITLES = ['SPU', 'packets', 'bytes', 'created', 'sessions'];

/** What SPUs had counted in a run that was not finished, as a table. */
export function renderPartial({ packets, spus }: PartialReport): string {
  const rows = spus.map((spu) => [
    spu.name,
    formatCount(spu.packets),
    formatCount(spu.bytes),
    formatCount(spu.sessions.created),
    formatCount(spu.sessions.current),
  ]);
  const columns = TITLES.map((title, i): Column => ({ title, align: i === 0 ? 'left' : 'right' }));
  const table = renderTable(columns, rows).map((line) => `${line}\n`);
  return `Incomplete: ${formatCount(packets)} packets were decided.\n\n${table.join('')}`;
}
