import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ShopPage {
  html: string;
  /** The page's content security policy. */
  policy?: string;
}

/** A site whose pages a story writes; any path that is not told is the page of `/`. */
export class Shop {
  readonly pages = new Map<string, ShopPage>();
  private readonly server: Server = createServer((request, response) => {
    const { html, policy } = this.pages.get(request.url!.split('?')[0]!) ?? this.pages.get('/')!;
    if (policy) response.setHeader('content-security-policy', policy);
    response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><title>花漾</title>${html}`);
  });

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  /** By address: an origin that browsers trust like https. By name: one that they do not. */
  at(path = '/', host = '127.0.0.1'): string {
    return `http://${host}:${(this.server.address() as AddressInfo).port}${path}`;
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    return closed;
  }
}
