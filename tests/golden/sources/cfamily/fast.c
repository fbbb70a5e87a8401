/* A module without bindings that can be read. */
#include <Python.h>

PyMODINIT_FUNC PyInit__fast(void)
{
    return PyModule_Create(&definition);
}
