#pragma once
// Sums in a block.

/// The size of a warp.
constexpr int kWarp = 32;

template <typename T, int N>
__device__ __forceinline__ T reduce(T value) {
  __shared__ T shared[N];
  return value;
}

__host__ __device__ inline int blocks(int n) { return (n + 255) / 256; }
