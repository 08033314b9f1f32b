// Runs in the reader's browser: pointing at a node of the DAG says what it is and shows what it reads and who reads it. See browser.ts.
import type { Browser, PageElement } from './browser.ts';

export function graph({ document }: Browser): void {
  const picture = document.getElementById('graph');
  if (!picture) return;
  const output = document.getElementById('graph-value')!;
  const edges = [...document.querySelectorAll('#graph .edge')];
  const show = (node: PageElement | null): void => {
    if (!node) return;
    output.textContent = node.getAttribute('aria-label') ?? '';
    for (const edge of edges) edge.classList.toggle('lit', edge.dataset['from'] === node.dataset['node'] || edge.dataset['to'] === node.dataset['node']);
  };
  for (const type of ['pointerover', 'focusin']) picture.addEventListener(type, ({ target }) => show(target.closest('.node')));
}
