import functions


def check():
    functions.full(1, 2)
