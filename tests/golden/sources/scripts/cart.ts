/**
 * What is in the cart.
 */
import { total as sum, Log } from "./util.js";
import type { Money } from "./lib";
import fs, * as path from "node:fs";

/** One thing that is sold. */
export interface Item<T = string> extends Named, Priced<T> {
  readonly name: T;
  price?: number;
  discount(percent: number): number;
}

export type Items = Map<string, Item>;

export const enum Status {
  /** Nothing is paid. */
  Open,
  Paid = 1,
}

export const LIMIT = 20,
  NAMES: readonly string[] = ["a", "b"];

@sealed
export abstract class Cart<T extends Item> extends Log implements Iterable<T> {
  private items: T[] = [];
  static #count = 0;

  constructor(public readonly owner: string, limit = LIMIT) {
    super();
  }

  /** Add one. */
  add(item: T): this;
  add(item: T, times?: number): this {
    return this;
  }

  get size(): number {
    return this.items.length;
  }

  protected abstract check(): void;

  /** @deprecated Use the constructor. */
  static async *empty(): AsyncGenerator<Cart<Item>> {}
}

export default function open(owner: string, { strict = false }: { strict?: boolean } = {}): Money | undefined {
  return import("./lib/money").then((m) => m.parse(owner));
}

// TODO: remove
function own() {}
