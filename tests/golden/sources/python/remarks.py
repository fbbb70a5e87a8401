# TODO: first
# todo: lower case is no tag
x = 1  # FIXME(someone): the second
text = "# TODO: in a string"
# a remark with XXX in it
# HACK
# NOTE: not one


def f():
    # TODO write this
    #   over two lines
    pass  # TODOS are no tag
