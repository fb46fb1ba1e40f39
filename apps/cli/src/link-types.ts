import type { RecordBatch } from '@midplane/capture';
import { isKnownLinkType, linkTypeName } from '@midplane/packet';
import { nameOfInput } from './open-input.ts';

/** Numbers below this are asked about: no link type that can be decoded lies above. */
const HIGHEST = 512;

/** What is wrong with the link type of a capture's first packet; undefined if it can be decoded. */
export function linkTypeProblem(
  path: string,
  first: Pick<RecordBatch, 'linkType'>,
): { code: string; message: string } | undefined {
  const linkType = first.linkType[0];
  if (isKnownLinkType(linkType)) return undefined;
  const name = linkTypeName(linkType);
  const got = name.endsWith(`_${linkType}`) ? name : `${name} (${linkType})`;
  const message = `Cannot decode capture ${nameOfInput(path)}: link type must be one of ${knownNames().join(', ')}: got ${got}`;
  return { code: 'unsupported-link-type', message };
}

function knownNames(): string[] {
  const numbers = Array.from({ length: HIGHEST }, (_, number) => number).filter(isKnownLinkType);
  return [...new Set(numbers.map(linkTypeName))];
}
