// What goes over the pipes between a thread and its sandbox, in this machine's order.
//
//   request   kind u32 │ bytes u32 │ program u32 │ rows u32 │ LOAD: the program as JSON │ RUN: every input's look-back and new rows, f64
//   answer    bytes u32 │ rows done u32 │ line u32 │ 0 u32 │ every output's rows done, f64 │ why there are not more, text
//
// A LOAD is not answered; the first answer of all is an empty one, when the process is ready.
export const HEADER_BYTES = 16;
export const LOAD = 1;
export const RUN = 2;
