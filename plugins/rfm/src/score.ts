/** What RFM looks at, per customer. */
export interface Customer {
  /** Days since the last purchase. */
  recency: number;
  /** Purchases. */
  frequency: number;
  /** Money. */
  monetary: number;
}

export interface RfmScore {
  recency: number;
  frequency: number;
  monetary: number;
  /** The three digits as one number, recency first. */
  score: number;
}

export interface Cuts {
  recency: number[];
  frequency: number[];
  monetary: number[];
}

/** Quantile by linear interpolation of order statistics (type 7 of Hyndman and Fan 1996). `sorted` ascends. */
export function quantile(sorted: number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

/**
 * The borders between `bins` bins: a score is 1 + the number of borders at or below the value, where each border is a
 * quantile plus 1, the rule of the R package rfm. Ties stay together, so bins of a small whole number are unequal.
 */
export function cutsOf(values: number[], bins: number): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins) + 1);
}

export const cutAll = (customers: Customer[], bins: number): Cuts => ({
  recency: cutsOf(
    customers.map((c) => c.recency),
    bins,
  ),
  frequency: cutsOf(
    customers.map((c) => c.frequency),
    bins,
  ),
  monetary: cutsOf(
    customers.map((c) => c.monetary),
    bins,
  ),
});

const binOf = (value: number, cuts: number[]): number => 1 + cuts.filter((cut) => value >= cut).length;

/** A recent purchase is good: its scale runs the other way. */
export function scoreOf(customer: Customer, cuts: Cuts): RfmScore {
  const bins = cuts.recency.length + 1;
  const recency = bins + 1 - binOf(customer.recency, cuts.recency);
  const frequency = binOf(customer.frequency, cuts.frequency);
  const monetary = binOf(customer.monetary, cuts.monetary);
  return { recency, frequency, monetary, score: recency * 100 + frequency * 10 + monetary };
}
