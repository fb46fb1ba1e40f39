const FLOW = '192.0.2.1:1234 > 198.51.100.2:443/tcp';
const chassis = { model: 'srx5800', release: '17.4R1', cards: { 1: 'SPC2', 2: 'SPC2', 7: 'IOC2' } };

/** An example of each body that is text, by route. They are sent to the endpoint by its tests. */
export const EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  chassisResolve: { chassis },
  hash: { flow: FLOW },
  where: { flow: FLOW, chassis, hash: 'crc32c' },
  weights: { chassis },
  simulations: { schema: 'midplane-scenario/1', chassis, traffic: [{ shape: 'small', packets: 10_000 }] },
  sessions: { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1000 }] },
  inspect: { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1000 }] },
  explain: { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1000 }] },
  traffic: { traffic: { shape: 'small', packets: 1000 }, format: 'pcapng' },
};
