// What a grammar cannot read.

#if defined(A)
int split(int a,
#else
int split(
#endif
          int b) {
  return b;
}

#define OPEN namespace made {
OPEN
int inside();
}

void before() { if (x { }
int after(int x) { return x; }
template <typename T> concept Sized = requires(T t) { t.size(); };
Device::Device() = default;
template class Device<int>;
