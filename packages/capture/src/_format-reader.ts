import type { Window } from './_window.ts';
import type { CaptureFormat, CaptureInterface } from './capture-interface.ts';
import type { RecordBatch } from './record-batch.ts';

/** One container format: fills rows from the window. */
export interface FormatReader {
  readonly format: CaptureFormat;
  readonly interfaces: CaptureInterface[];
  /**
   * Fills rows from 0 while whole records are in the window, and moves `window.position` behind the last one.
   *
   * Sets `window.error` on corruption, and also when the window has ended inside a record. What it does must not depend
   * on how much of the input the window holds.
   */
  readInto(window: Window, batch: RecordBatch): number;
}
