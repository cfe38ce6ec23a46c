/** The minified script of an entry. */
export function script(entry: string): Promise<string>;
export function sizes(code: string): { min: number; gzip: number; brotli: number };
