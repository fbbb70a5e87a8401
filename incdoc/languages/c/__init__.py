"""C, which is read as C++ is, with a grammar of its own."""
