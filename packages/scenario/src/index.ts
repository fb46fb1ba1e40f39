/**
 * Scenario files: a chassis, its parameters and its traffic as one checked document, run to a report.
 *
 * @module
 */
export { SCENARIO_SCHEMA } from './schema.ts';
