/** Answers that cost more to find than to keep; the one unused for longest goes when there are too many. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: K, find: (key: K) => V): V {
    const known = this.entries.get(key);
    if (known !== undefined) {
      // A Map keeps the order of setting.
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    const found = find(key);
    this.entries.set(key, found);
    if (this.entries.size > this.most) this.entries.delete(this.entries.keys().next().value!);
    return found;
  }

  clear(): void {
    this.entries.clear();
  }
}
