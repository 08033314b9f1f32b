// The DAG of a strategy as a picture: who reads whom, and which nodes more than one reader or another strategy uses.
import { formatFigure } from '#analysis/format.ts';
import { layersOf, type Placed } from './layers.ts';
import { element, html, type Markup } from './markup.ts';
import { place } from './plot.ts';

/** A box of the picture: a node, or all fields that are read of a source. */
export interface GraphNode {
  /** NodeIDs by output field for a source, one under no name for any other node. */
  readonly ids: Readonly<Record<string, string>>;
  /** What people call it, and what it is: `fast`, `sma`. */
  readonly name: string;
  readonly kind: 'stream' | 'kernel' | 'operator' | 'custom' | 'wasm' | 'account' | 'tag-query';
  readonly params: Readonly<Record<string, unknown>>;
  /** NodeIDs of what it reads; each stands before it in the list. */
  readonly reads: readonly string[];
  /** Names of other strategies that have the same node. */
  readonly sharedWith: readonly string[];
}

const NODES_MAX = 160; // beyond it nobody finds a node in the picture
const BOX = { width: 156, height: 42, across: 212, down: 58, margin: 12 };
const TEXT_MAX = 19;
const SHRINK_MIN = 0.72; // smaller than this it scrolls, so that names stay readable

export function graphPicture(nodes: readonly GraphNode[]): Markup {
  if (nodes.length > NODES_MAX) return html`<p class="note">${formatFigure(nodes.length, 'count')} nodes are more than a picture can show; <code>qmtl dag show</code> lists them.</p>`;
  const places = new Map(nodes.flatMap(({ ids }, k) => Object.values(ids).map((id) => [id, k] as const)));
  const { nodes: placed, edges, layers, height } = layersOf(nodes.map(({ reads }) => reads.map((id) => places.get(id)!)));
  const readers = nodes.map((_, k) => edges.filter(({ from }) => from === k).length);
  const width = (layers - 1) * BOX.across + BOX.width + 2 * BOX.margin;
  const tall = height * BOX.down + BOX.height + 2 * BOX.margin;
  const shared = nodes.filter(({ sharedWith }) => sharedWith.length > 0).length;
  const count = nodes.reduce((sum, { ids }) => sum + Object.keys(ids).length, 0);
  return html`<div class="scroll graph"><svg id="graph" style="max-width: ${String(width)}px; min-width: ${String(Math.round(width * SHRINK_MIN))}px" viewBox="0 0 ${String(width)} ${String(Math.ceil(tall))}" role="group" aria-label="The nodes of the strategy and what they read">
${edges.map(({ from, to, path }) => html`<path class="edge" data-from="${String(from)}" data-to="${String(to)}" d="${element(curve(path))}"/>`)}
${nodes.map((node, k) => box(node, k, placed[k]!, readers[k]!))}
</svg></div>
<output id="graph-value" class="note">Point at a node to see its parameters and its NodeID.</output>
<p class="note">${formatFigure(count, 'count')} nodes, each computed once; the fields of a source are one box. <span class="badge">×2</span> is read by more than one${shared > 0 ? html`; <span class="badge other">⇄</span> ${formatFigure(shared, 'count')} ${shared === 1 ? 'is in another strategy' : 'are in other strategies'} as well, computed once for all` : ''}.</p>`;
}

function box({ ids, name, kind, params, sharedWith }: GraphNode, k: number, { layer, y }: Placed, readers: number): Markup {
  const left = BOX.margin + layer * BOX.across;
  const top = BOX.margin + y * BOX.down;
  const settings = kind === 'stream' ? Object.values(params).join(' · ') : Object.entries(params).map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');
  const words = `${name}${settings === '' ? '' : ` · ${settings}`} · NodeID ${spellIds(ids)}${sharedWith.length > 0 ? ` · also in ${sharedWith.join(', ')}` : ''}`;
  const badges = [
    ...(readers > 1 ? [{ text: `×${readers}`, name: 'badge' }] : []),
    ...(sharedWith.length > 0 ? [{ text: '⇄', name: 'badge other' }] : []),
  ].map(({ text, name: look }, at) => html`<g class="${look}"><rect x="${place(left + BOX.width - 30 - at * 32)}" y="${place(top - 8)}" width="28" height="16" rx="8"/><text x="${place(left + BOX.width - 16 - at * 32)}" y="${place(top + 4)}" text-anchor="middle">${text}</text></g>`);
  return html`<g class="node ${kind}${sharedWith.length > 0 ? ' shared' : ''}" tabindex="0" role="img" aria-label="${words}" data-node="${String(k)}"><rect class="box" x="${place(left)}" y="${place(top)}" width="${String(BOX.width)}" height="${String(BOX.height)}" rx="7"/>
<text class="name" x="${place(left + 12)}" y="${place(top + (settings === '' ? 26 : 18))}">${short(name)}</text>${settings === '' ? '' : html`<text class="settings" x="${place(left + 12)}" y="${place(top + 33)}">${short(settings)}</text>`}${badges}</g>`;
}

function spellIds(ids: GraphNode['ids']): string {
  return Object.entries(ids).map(([field, id]) => (field === '' ? id : `${field} ${id}`)).join(', ');
}

function short(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1).toWellFormed()}…` : text;
}

/** From the right side of the first to the left side of the last, level through every bend between. */
function curve(path: readonly Placed[]): string {
  const middle = ({ y }: Placed): number => BOX.margin + y * BOX.down + BOX.height / 2;
  let x = BOX.margin + path[0]!.layer * BOX.across + BOX.width;
  let d = `M${place(x)} ${place(middle(path[0]!))}`;
  for (let k = 1; k < path.length; k++) {
    const end = BOX.margin + path[k]!.layer * BOX.across;
    const half = (x + end) / 2;
    d += `C${place(half)} ${place(middle(path[k - 1]!))} ${place(half)} ${place(middle(path[k]!))} ${place(end)} ${place(middle(path[k]!))}`;
    x = end;
    if (k < path.length - 1) d += `H${place((x = end + BOX.width))}`;
  }
  return d;
}
