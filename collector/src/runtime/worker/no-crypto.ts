/** Stands where a library asks for Node's own cryptography; these runtimes bring the web's. */
export const absent = true;
