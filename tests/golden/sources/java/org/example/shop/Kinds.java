package org.example.shop;

/** Kinds of things. */
public final class Kinds {
    public sealed interface Kind permits Account {}
}
