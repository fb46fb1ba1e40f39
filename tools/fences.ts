/** Reads the fenced blocks of a Markdown text. */

/** One block: its info string ("ts", "sh run") and its text. */
export interface Fence {
  info: string;
  text: string;
  /** Line of the opening fence, from 1. */
  line: number;
}

/** Lists the fences of a Markdown text in order. A fence that is never closed ends with the text. */
export function readFences(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { marker: string; fence: Fence; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open) {
      if (line.trimEnd() === open.marker) {
        open.fence.text = open.lines.join('\n');
        open = undefined;
      } else open.lines.push(line);
      continue;
    }
    const match = /^(`{3,}|~{3,})\s*([^`]*)$/.exec(line);
    if (!match) continue;
    open = { marker: match[1]!, fence: { info: match[2]!.trim(), text: '', line: index + 1 }, lines: [] };
    fences.push(open.fence);
  }
  if (open) open.fence.text = open.lines.join('\n');
  return fences;
}
