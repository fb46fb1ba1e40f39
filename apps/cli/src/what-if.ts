// Loaded by the commands that compare and plan, not before: others do without.
export {
  changeScenario,
  compareScenarios,
  describeChange,
  planCards,
  renderComparison,
  renderPlan,
  scenarioChangeOf,
} from '@midplane/scenario';
