package org.example.shop;

class Base<T> {
    // no Javadoc
    T value;
}

interface Beside extends Kinds.Kind { int MOST = 3; default void ask() {} }
