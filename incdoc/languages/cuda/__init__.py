"""CUDA, which is read as C++ is, with the same grammar."""
