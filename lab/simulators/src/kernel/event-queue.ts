/** What is to happen, the earliest first; of one moment, in the order in which it was told. */
export interface EventQueue<Item> {
  push(atMs: number, item: Item): void;
  pop(): { readonly atMs: number; readonly item: Item } | undefined;
  size(): number;
}

interface Entry<Item> {
  readonly atMs: number;
  readonly order: number;
  readonly item: Item;
}

/** A binary heap. */
export function createEventQueue<Item>(): EventQueue<Item> {
  const heap: Entry<Item>[] = [];
  let pushed = 0;
  return {
    push(atMs, item) {
      heap.push({ atMs, order: pushed++, item });
      rise(heap, heap.length - 1);
    },
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        sink(heap);
      }
      return first;
    },
    size: () => heap.length,
  };
}

function rise<Item>(heap: Entry<Item>[], from: number): void {
  let index = from;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!swapIfEarlier(heap, index, parent)) return;
    index = parent;
  }
}

function sink<Item>(heap: Entry<Item>[]): void {
  let index = 0;
  for (;;) {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    const child = isEarlier(heap[right], heap[left]) ? right : left;
    if (!swapIfEarlier(heap, child, index)) return;
    index = child;
  }
}

function swapIfEarlier<Item>(heap: Entry<Item>[], child: number, parent: number): boolean {
  const [below, above] = [heap[child], heap[parent]];
  if (below === undefined || above === undefined || !isEarlier(below, above)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}

function isEarlier<Item>(one: Entry<Item> | undefined, other: Entry<Item> | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs;
}
