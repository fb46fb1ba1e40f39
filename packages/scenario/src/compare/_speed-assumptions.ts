import { type PipelineOptions, type ReportAssumption, resolveSpuSpeeds, type SpuSpeed } from '@midplane/pipeline';

const WHY = 'CPU and session rate rest on it; nothing is published per SPU';

/** What CPU figures rest on: threads and costs of the SPUs in a chassis. */
export function speedAssumptions({ chassis, spuSpeeds }: PipelineOptions): ReportAssumption[] {
  const speeds = resolveSpuSpeeds(spuSpeeds);
  const cards = [...new Set(chassis.spus.map(({ card }) => card))].sort();
  return cards.flatMap((card) =>
    (Object.entries(speeds[card]) as [keyof SpuSpeed, number][]).map(([name, value]): ReportAssumption => {
      // named as `PARAMETERS` are: by unit, with the card behind the point
      const unit = name === 'threads' ? {} : { unit: 'ns' };
      return { parameter: `${name}.${card}`, value, ...unit, mark: 'A', why: WHY };
    }),
  );
}
