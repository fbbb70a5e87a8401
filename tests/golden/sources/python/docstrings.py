"""Docstrings in every style, with `Google` and :class:`.Numpy`.

.. note:: reStructuredText
   in a note.

.. code-block:: python

    Google(1).run()

.. deprecated:: 2.0
   Use :func:`sphinx` or :meth:`Google.run`, see :pep:`8`, :rfc:`2119` and `the site <https://example.org/a_b>`_.

=====  ======
key    value
=====  ======
a      b | c
=====  ======
"""

from classes import Base


class Google:
    """Google's style.

    See [the guide](https://example.org/guide_(a)) and [Numpy][], not [this](javascript:alert(1)).

    Args:
        first (int): The *first* one.
        second: Of any type:

            - one
            - two

        **options: See `Google.run`.
        - third: In a list.
        This line is no parameter.

    Attributes:
        size (dict[str, int]): How large.

    Raises:
        ValueError: If `first` is negative.

    Example:
        >>> Google(1)

    Note:
        Something to know.
    """

    size = {}

    def __init__(self, first: int, second="2", *rest, **options): ...

    def run(self, how: str = "fast | slow", many: int = 3) -> list[str]:
        """Run.

        Args:
            how: In which way.
            many: How often.
        Returns:
            What was found: each
            in a line.

        Yields:
            int: Never.
        """


class Numpy(Base):
    """NumPy's style.

    Parameters
    ----------
    a, b : array_like
        Two of them.
    c : {'x', 'y'}, optional
        One of them::

            code | here

    Returns
    -------
    total : float
        The sum.
    Base
        The base.

    See Also
    --------
    Google : The other one.
    numpy.sum, sphinx

    Notes
    -----
    Some :math:`x^2`.

    .. math:: \\frac{a}{b}

    Examples
    --------
    >>> 1 + 1
    2

    >>> 2 + 2
    4

    .. deprecated:: 1.6.0
    """


def sphinx(a, b=None, *, c: "int" = 0):
    """Sphinx's style.

    :param a: the first,
        in two lines
    :param str b: the second
    :type c: :class:`int`
    :param c: the third
    :returns: a :class:`~classes.Base`
    :rtype: Base
    :raises KeyError: never
    :note: to be noted

    ``literal`` and \\*star\\*, *emphasis* and **strong** and a|b|.

    1. One
    2. Two

       Below two.

    Term
        What it is.

    .. unknown:: thing

        Its content.

    +-----+-----+
    | a   | b   |
    +=====+=====+
    | 1   | 2   |
    +-----+-----+
    """


def epydoc(x, y):
    """Epydoc's style: C{code}, L{Google}, B{bold}.

    @param x: the first
    @type x: L{int}
    @param y: the second
    @return: nothing
    @raise KeyError: never
    """


def markdown():
    """Markdown.

    ## A heading

    | a | b |
    |---|---|
    | `1` | 2 |

    ```python
    x = "not closed"
    # <details>
    """


def broken():
    """Underlined
    ==========

    <details><!-- <b>not HTML</b>

    Args:
    no indentation

    - a
      - b
        - c
          - d
            - e
              - f
                - g
                  - h
    """
