#include <torch/library.h>

TORCH_LIBRARY(shapes, m) {
  m.def("area(Tensor sides) -> Tensor");
}

TORCH_LIBRARY_IMPL(shapes, CUDA, m) {
  m.impl("area", TORCH_FN(area_cuda));
}

// Another library may have more.
TORCH_LIBRARY_FRAGMENT(more, m) {
  m.def("round.out(Tensor sides, *, Tensor(a!) out) -> Tensor(a!)", &round_out);
}
