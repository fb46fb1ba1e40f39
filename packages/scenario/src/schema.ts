/** Version of the scenario file's schema. */
export const SCENARIO_SCHEMA = 'midplane-scenario/1';
