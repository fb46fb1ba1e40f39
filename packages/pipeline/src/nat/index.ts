export * from './destination-nat.ts';
export * from './source-nat.ts';
export type { SourceNatPlan, SourceNatPoolPlan } from './source-nat-plan.ts';
