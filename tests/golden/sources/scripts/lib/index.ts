export * from "./money";
export { parse as read } from "./money";
export * as all from "./missing";
