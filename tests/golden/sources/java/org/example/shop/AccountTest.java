package org.example.shop;

import org.example.shop.Account.Entry;
import org.junit.Test;

public class AccountTest {
    @Test public void deposits() {}
}
