export declare function missingOptionals(packages: object): { parent: string; name: string; range: string }[];
export declare function completeLock(file: string): number;
