"""Rules of the shop."""

_SUFFIX = ".py"

def _impl(ctx):
    """Collects the sources."""
    return [DefaultInfo(files = depset(ctx.files.srcs))]

shop_library = rule(
    implementation = _impl,
    attrs = {"srcs": attr.label_list()},
)

def shop_binary(name, srcs = [], **kwargs):
    """A program.

    Args:
      name: of the target
    """
    native.py_binary(name = name, srcs = srcs, **kwargs)
