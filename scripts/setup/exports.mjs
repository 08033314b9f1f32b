// What a WebAssembly module exports, cut down to what is called from outside; everything else in it stays as the compiler left it.
// An engine makes an object of every export for every instance, which for hundreds of them takes longer than all the rest of an instance.

const HEADER_BYTES = 8;
const EXPORT_SECTION = 7;

/** The module with these exports alone; throws for one it does not have. The binary format: WebAssembly core specification 2.0, 5.5. */
export function withExports(module, names) {
  const parts = [module.subarray(0, HEADER_BYTES)];
  for (let at = HEADER_BYTES; at < module.length; ) {
    const [size, body] = readNumber(module, at + 1);
    const end = body + size;
    parts.push(module[at] === EXPORT_SECTION ? sectionOf(exportsIn(module, body), names) : module.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** By name, the bytes that declare an export: its name, its kind and its number. */
function exportsIn(module, section) {
  const found = new Map();
  let [count, at] = readNumber(module, section);
  for (; count > 0; count--) {
    const [length, name] = readNumber(module, at);
    const [, end] = readNumber(module, name + length + 1);
    found.set(Buffer.from(module.subarray(name, name + length)).toString(), module.subarray(at, end));
    at = end;
  }
  return found;
}

function sectionOf(found, names) {
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`the module does not export ${missing.join(', ')}`);
  const body = Buffer.concat([numberOf(names.length), ...names.map((name) => found.get(name))]);
  return Buffer.concat([Uint8Array.of(EXPORT_SECTION), numberOf(body.length), body]);
}

/** An unsigned LEB128 number and where it ends. */
function readNumber(bytes, from) {
  let value = 0;
  for (let at = from, place = 1; ; at++, place *= 128) {
    value += (bytes[at] & 127) * place;
    if (bytes[at] < 128) return [value, at + 1];
  }
}

function numberOf(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}
