"""Common to two."""


def shared(): ...
