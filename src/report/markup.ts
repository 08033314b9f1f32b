// HTML from templates. Text is escaped unless it is markup already, so forgetting is safe.

export interface Markup {
  readonly markup: string;
}

type Content = string | Markup | readonly Markup[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** Marks our own text as markup, to be put in as it is. */
export function element(markup: string): Markup {
  return { markup };
}

/** A template of markup; strings put into it are escaped, markup is not. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return element(parts.reduce((text, part, k) => text + markupOf(contents[k - 1]!) + part));
}

/** A whole page that needs nothing else: its own style, then whatever stands in the body. */
export function documentOf({ title, style, body }: { readonly title: string; readonly style: string; readonly body: Markup }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${element(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}

function markupOf(content: Content): string {
  if (typeof content === 'string') return escapeText(content);
  return 'markup' in content ? content.markup : content.map((one) => one.markup).join('');
}
