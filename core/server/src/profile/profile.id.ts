/** How a profile's dense number is written in the API. */
export const publicId = (id: number): string => `p_${id}`;

/** The number in `p_123`, or undefined when the text is no profile id. */
export function readPublicId(text: string): number | undefined {
  const match = /^p_([1-9]\d{0,9})$/.exec(text);
  const id = match ? Number(match[1]) : undefined;
  return id !== undefined && id < 2 ** 32 ? id : undefined;
}
