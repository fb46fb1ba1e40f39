export * from './explain.ts';
export * from './explanation.ts';
export * from './render-explain.ts';
export * from './rules.ts';
