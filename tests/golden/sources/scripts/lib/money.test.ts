import { parse } from "./money";
test("parses", () => { parse("1 EUR"); });
