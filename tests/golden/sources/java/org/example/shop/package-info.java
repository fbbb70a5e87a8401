/** The shop. */
@NullMarked
package org.example.shop;
