package org.example.shop;

/**
 * Holds a {@code List<String>} of names, see {@link #find(String, int) the search} and {@linkplain Account accounts}.
 *
 * <p>A second paragraph:
 * <ul>
 *   <li>one
 *   <li>two &amp; <code>three</code>
 * </ul>
 *
 * <pre>{@code
 *   new Documented<String>().find("a", 1);
 * }</pre>
 *
 * @param <T> what is held
 * @author Ada Lovelace
 * @since 1.2
 */
public class Documented<T> {
    /**
     * Finds.
     *
     * @param name what is <i>looked</i> for
     * @param from where to begin
     * @return the place, or {@code -1}
     * @throws IllegalStateException if it is empty
     * @see Account#owner
     * @deprecated use {@link Account}
     */
    public int find(String name, int from) { return -1; }
}
