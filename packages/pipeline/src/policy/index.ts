export * from './policy-table.ts';
