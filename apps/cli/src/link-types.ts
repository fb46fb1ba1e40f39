import { linkTypeFault, type PacketRecords } from '@midplane/packet';
import { nameOfInput } from './open-input.ts';

/** What is wrong with the link type of a capture's first packet; undefined if it can be decoded. */
export function linkTypeProblem(
  path: string,
  { linkType }: Pick<PacketRecords, 'linkType'>,
): { code: string; message: string } | undefined {
  const fault = linkTypeFault(linkType[0]);
  if (fault === undefined) return undefined;
  return { code: 'unsupported-link-type', message: `Cannot decode capture ${nameOfInput(path)}: ${fault}` };
}
