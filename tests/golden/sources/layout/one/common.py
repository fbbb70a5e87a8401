"""Common to one."""


def shared(): ...
