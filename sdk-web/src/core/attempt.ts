/** What a piece of work gives, or the fallback where it throws: storages that are forbidden, texts that are no JSON. */
export function attempt<T>(work: () => T, fallback: T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}
