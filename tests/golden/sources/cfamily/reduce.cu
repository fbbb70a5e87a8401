#include "reduce.cuh"
#include <cuda_runtime.h>

__managed__ int errors;

template <typename T>
__launch_bounds__(256)
__global__ void sum(const T *__restrict__ items, T *out, int n) {
  out[0] = reduce<T, 256>(items[0]);
}

template __global__ void sum<float>(const float *, float *, int);

void launch(const float *items, float *out, int n, cudaStream_t stream) {
  sum<float><<<blocks(n), 256, 0, stream>>>(items, out, n);
}
