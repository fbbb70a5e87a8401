import { render } from "@testing-library/react";
import { test } from "vitest";
import { Table } from "./table";

test("a table has its rows", () => {
  render(<Table rows={[{ id: "a" }]} columns={[{ title: "A", key: "id" }]} />);
});
