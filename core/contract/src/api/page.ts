/** Every list answer: `?limit=` (1 to 200, default 50) and `?cursor=` (opaque, from the answer before). */
export interface Page<T> {
  items: T[];
  /** Absent on the last page. */
  next?: string;
  /** Of the whole list, where it is cheap to know. */
  total?: number;
}
