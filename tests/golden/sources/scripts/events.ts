/* Events that the shop sends. */
import EventEmitter = require("node:events");
import type { default as Cart, Item } from "./cart";
export * from "./lib/money";
export * as util from "./util.js";

declare global {
  interface Window {
    shop: Shop;
  }
  var DEBUG: boolean;
}

declare module "./cart" {
  interface Item {
    sold?: Date;
  }
}

/** What a name of an event is. */
export type Name = `cart:${"open" | "close"}` | "sold";
type Handler<N extends Name> = N extends "sold" ? (item: Item) => void : () => void;
export type Handlers = { readonly [N in Name]?: Handler<N>[] };

export interface Shop {
  (name: string): Shop;
  new (name: string): Shop;
  [key: string]: unknown;
  on<N extends Name>(name: N, handler: Handler<N>): this;
  get owner(): string;
}

export namespace Shop {
  export const version = "1";
  export function open(name: string): Shop;
  namespace Inner {
    export enum Mode { Fast = "fast", Slow = "slow" }
  }
}

export function isItem(value: unknown): value is Item;
export function isItem(value: object, strict: true): asserts value is Item;
export function isItem(value: any, strict?: boolean): boolean {
  return typeof value?.name === "string" && value! && eval("true");
}

export declare function external(this: Window, ...names: Name[]): Promise<void>;

export const defaults = { retries: 3, modes: ["fast"] } as const satisfies Record<string, unknown>;

export abstract class Bus<T extends Handlers = Handlers> extends EventEmitter implements Iterable<Name> {
  declare handlers: T;
  override readonly limit: number = 10;
  protected static count = 0;
  private constructor(private readonly cart: Cart, public name?: string) {
    super();
  }
  abstract send<N extends Name>(name: N, ...rest: Parameters<Handler<N>>): void;
  *[Symbol.iterator](): IterableIterator<Name> {}
  async close?(): Promise<void>;
}
