// What Python gets of the shapes.

#include <pybind11/pybind11.h>
#include "shape.hpp"

namespace py = pybind11;

PYBIND11_MODULE(_shapes, m) {
  m.doc() = "Shapes.";
  m.def("area", &shapes::area, "The area of a shape.", py::arg("shape"));
  py::class_<shapes::Shape>(m, "Shape", "Any shape.")
      .def(py::init<>())
      .def("name", &shapes::Shape::name)
      .def_property_readonly("sides", [](const shapes::Shape& s) { return s.sides(); });
  auto fast = m.def_submodule("fast");
  fast.def("area", &shapes::fast_area);
}
