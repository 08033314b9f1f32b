// People name a hash by its first digits.

/** True when an id begins with what somebody typed. Every text begins with nothing, which is what a script leaves where its variable is not set. */
export function beginsWith(id: string, typed: string): boolean {
  return typed !== '' && id.startsWith(typed);
}
