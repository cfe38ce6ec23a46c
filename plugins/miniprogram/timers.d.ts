// All that a mini program has beside the language: the tracker is checked against this and nothing of Node or the web.
declare function setTimeout(work: () => void, ms: number): number;
declare function clearTimeout(timer: number | undefined): void;
