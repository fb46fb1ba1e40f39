const FLOW = '192.0.2.1:1234 > 198.51.100.2:443/tcp';
const chassis = { model: 'srx5800', release: '17.4R1', cards: { 1: 'SPC2', 2: 'SPC2', 7: 'IOC2' } };

/** An example of each body that is text, by route. They are sent to the endpoint by its tests. */
export const EXAMPLES: Readonly<Record<string, object>> = {
  chassisResolve: { chassis },
  hash: { flow: FLOW },
  where: { flow: FLOW, chassis, hash: 'crc32c' },
  weights: { chassis },
  simulations: { schema: 'midplane-scenario/1', chassis, traffic: [{ shape: 'small', packets: 10_000 }] },
  sessions: { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1000 }] },
  inspect: { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1000 }] },
  explain: { schema: 'midplane-scenario/1', traffic: [{ shape: 'small', packets: 1000 }] },
  compare: { schema: 'midplane-scenario/1', chassis, traffic: [{ shape: 'small', packets: 1000 }] },
  plan: { schema: 'midplane-scenario/1', chassis, traffic: [{ shape: 'small', packets: 1000 }] },
  ordering: [1, 2, 4, 5, 3, 6],
  traffic: { traffic: { shape: 'small', packets: 1000 }, format: 'pcapng' },
};

/** The query that an example wants, by route. */
export const EXAMPLE_QUERIES: Readonly<Record<string, string>> = {
  compare: 'toCards=1-3=SPC2,7=IOC2',
  plan: 'growth=3',
  sessions: 'family=inet6&protocol=udp',
  explain: 'packet=1',
};
