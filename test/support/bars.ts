// Bars for tests.
export { walk } from '#chaos/walk.ts';
