// Loaded when a scenario is read or printed, not before: a run of a capture does without the YAML parser and the schema.
export { formatScenario, loadScenario, ScenarioError } from '@midplane/scenario';
