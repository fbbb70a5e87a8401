/*
 * Copyright 2020
 */
package org.example.shop;

import static java.util.Objects.requireNonNull;

import com.google.X;
import java.util.*;
import org.example.shop.Kinds.Kind;
import org.example.shop.Gone;

/**
 * Money of {@code one} owner.
 *
 * @param <T> what is owned
 */
@Deprecated
@SuppressWarnings({"unused",
    "rawtypes"})
public abstract class Account<T extends Base & Kind> extends Base<T> implements Comparable<Account<T>>, Kind {
    public static final int LIMIT = 100, OTHER;
    private int balance[];

    static { int notRead = 1; }

    /** Open one. */
    public Account(int balance) throws IllegalStateException { this.balance = null; }

    /**
     * Put money in.
     *
     * @deprecated use {@link #put}
     */
    protected synchronized <U> void deposit(int amount, final String... notes) { class Local {} }

    @Override public int compareTo(Account<T> other) { return new Object() { int notRead() { return 1; } }.notRead(); }

    enum State implements Kind { OPEN, /** No more. */ CLOSED(1) { void notRead() {} }; private int code; State(int... c) {} }

    record Entry<U>(String text, @Nullable int amount) { Entry { requireNonNull(text); } }

    @interface Marked { int value() default 1; }
}
