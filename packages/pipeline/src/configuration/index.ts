export * from './compile-configuration.ts';
export { compileDestinationNat } from './compile-destination-nat.ts';
export { compileInterfaces } from './compile-interfaces.ts';
export * from './compile-multicast.ts';
export * from './compile-policies.ts';
export * from './compile-source-nat.ts';
export type * from './device-configuration.ts';
export { InterfaceTable, type InterfaceTableParts } from './interface-table.ts';
export * from './multicast-routes.ts';
