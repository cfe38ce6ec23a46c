export declare function writePlugin(pluginsFolder: string, name: string | undefined): string;
