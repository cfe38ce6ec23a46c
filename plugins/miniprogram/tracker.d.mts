export function bundleTracker(): Promise<string>;
