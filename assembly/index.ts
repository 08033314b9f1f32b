// Exports of the module. The host owns all memory above the first 64 KiB; this module keeps no globals and no data.
export { plan_feed, plan_run } from './plan';
export { kernel_init, kernel_state_bytes } from './dispatch';
export { page_reserve, page_tidy } from './page';
