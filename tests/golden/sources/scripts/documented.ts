/**
 * Adds, see {@link Options} and {@link https://example.org | the site}.
 *
 * @typeParam T - what is added
 * @param {number} first - the first one
 * @param {Options} [options={}] how | why
 * @returns {Promise<{sum: number}>} the sum
 * @throws {TypeError} if it is none
 * @example
 * add(1);
 * @example
 * ```ts
 * add(2, { exact: true });
 * ```
 * @remarks Slow.
 * @deprecated Use `sum`.
 */
export async function add<T>(first: number, options: Options = {}): Promise<{ sum: number }> {
  return { sum: first };
}

/** How to add. */
export interface Options {
  exact?: boolean;
}
