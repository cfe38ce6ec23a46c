/** What waits for its time; equal times leave in the order in which they came. */
export class TimeHeap<T> {
  private readonly slots: { at: number; order: number; item: T }[] = [];
  private count = 0;

  get size(): number {
    return this.slots.length;
  }

  /** When the earliest item is due; never, when nothing waits. */
  get nextAt(): number {
    return this.slots[0]?.at ?? Infinity;
  }

  push(at: number, item: T): void {
    this.slots.push({ at, order: this.count++, item });
    for (let n = this.slots.length - 1; n > 0;) {
      const parent = (n - 1) >> 1;
      if (!this.isBefore(n, parent)) return;
      this.swap(n, parent);
      n = parent;
    }
  }

  pop(): T | undefined {
    const first = this.slots[0];
    const last = this.slots.pop();
    if (!first || !last || first === last) return first?.item;
    this.slots[0] = last;
    this.sink();
    return first.item;
  }

  private sink(): void {
    for (let n = 0; ;) {
      const left = 2 * n + 1;
      if (left >= this.slots.length) return;
      const child = left + 1 < this.slots.length && this.isBefore(left + 1, left) ? left + 1 : left;
      if (!this.isBefore(child, n)) return;
      this.swap(n, child);
      n = child;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const [x, y] = [this.slots[a]!, this.slots[b]!];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  private swap(a: number, b: number): void {
    [this.slots[a], this.slots[b]] = [this.slots[b]!, this.slots[a]!];
  }
}
