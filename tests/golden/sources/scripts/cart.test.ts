// What a cart holds.
import { describe, expect, it } from "vitest";
import { LIMIT, Status } from "./cart";

describe("a cart", () => {
  it("is limited", () => {
    expect(LIMIT).toBe(20);
  });
  it.each([Status.Open])("has %s", (status) => {
    expect(status).toBe(0);
  });
});
