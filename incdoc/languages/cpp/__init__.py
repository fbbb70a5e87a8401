"""C++, headers, and what C and CUDA have in common with it."""
