package org.example.shop;

class Base<T> {
    // no Javadoc
    T value;

    int limit() { return Account.LIMIT + Beside.MOST; }

    Kinds.Kind[] kinds() { return this.filled(new Kinds.Kind[limit()]); }

    private <Account> Kinds.Kind[] filled(Kinds.Kind[] found) { Account none = null; return found; }
}

interface Beside extends Kinds.Kind { int MOST = 3; default void ask() {} }
