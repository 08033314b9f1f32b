// What the script of a page needs of a browser, as types: no more of the DOM than is used, so that a test can stand in for all of it.
//
// Every function of the browser-*.ts files runs in the reader's browser: its text is put into the page (script.ts). It therefore
// uses nothing but its arguments and what every browser has; other functions come to it in its kit.

export interface Pen {
  lineWidth: number;
  strokeStyle: unknown;
  fillStyle: unknown;
  lineJoin: string;
  font: string;
  textAlign: string;
  textBaseline: string;
  globalAlpha: number;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  stroke(): void;
  fill(): void;
  clip(): void;
  save(): void;
  restore(): void;
  setLineDash(segments: number[]): void;
  fillText(text: string, x: number, y: number): void;
}

export interface PageEvent {
  readonly target: PageElement;
  readonly button: number;
  readonly pointerId: number;
  readonly pointerType: string;
  readonly clientX: number;
  readonly deltaX: number;
  readonly deltaY: number;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
  preventDefault(): void;
}

export interface PageElement {
  textContent: string;
  value: string;
  hidden: boolean;
  disabled: boolean;
  width: number;
  height: number;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly dataset: Record<string, string | undefined>;
  readonly classList: { toggle(name: string, on: boolean): void };
  getContext(kind: '2d'): Pen;
  getBoundingClientRect(): { readonly left: number };
  setPointerCapture(pointerId: number): void;
  closest(selector: string): PageElement | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  addEventListener(type: string, listener: (event: PageEvent) => void, options?: { readonly passive: boolean }): void;
}

/** What of the browser's globals is used. */
export interface Browser {
  readonly devicePixelRatio: number;
  readonly document: {
    readonly documentElement: PageElement;
    getElementById(id: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
  };
  getComputedStyle(element: PageElement): { getPropertyValue(name: string): string };
  requestAnimationFrame(draw: () => void): void;
  matchMedia(query: string): { addEventListener(type: string, listener: () => void): void };
  addEventListener(type: string, listener: () => void): void;
  atob(text: string): string;
}
