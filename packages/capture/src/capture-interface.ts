/** Container format of a capture. */
export type CaptureFormat = 'pcap' | 'pcapng' | 'snoop';

/**
 * An interface that a capture describes.
 *
 * A pcap or snoop file has exactly one. A pcapng file has one for each Interface Description Block, in file order over
 * all sections.
 */
export interface CaptureInterface {
  /** Position in `CaptureDecoder.interfaces`. */
  readonly index: number;
  /** Section that describes it, from 0; only pcapng has several. */
  readonly section: number;
  /** Link type of its packets (LINKTYPE_ registry of tcpdump.org). */
  readonly linkType: number;
  /** Most bytes of a packet that were to be captured; 0 = not limited or not known. */
  readonly snaplen: number;
  /** Name (pcapng option `if_name`, at most 255 bytes of it), or undefined. */
  readonly name: string | undefined;
  /** Time stamps count units of `timeBase ** -timeExponent` seconds. */
  readonly timeBase: 2 | 10;
  /** See `timeBase`: 6 with base 10 is microseconds. */
  readonly timeExponent: number;
  /** Seconds that are added to every time stamp (pcapng option `if_tsoffset`), as they stand in the file. */
  readonly timeOffsetSeconds: bigint;
}
