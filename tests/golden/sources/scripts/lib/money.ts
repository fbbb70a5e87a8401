export interface Money { amount: bigint; currency: "EUR" | "USD" }
export function parse(text: string): Money | undefined;
export function parse(text: string, strict: true): Money;
export function parse(text: string, strict?: boolean) { return undefined; }
namespace Rates.Daily {
  export let euro = 1;
}
declare module "./index" {
  interface Extra extends Money {}
}
