// Programs that a thread or a process is started with: TypeScript in a checkout, JavaScript in the package.

/** The file of a module that stands beside `from`, an import.meta.url; `name` has no ending. */
export function programBeside(from: string, name: string): URL {
  return new URL(`./${name}${from.slice(from.lastIndexOf('.'))}`, from);
}
