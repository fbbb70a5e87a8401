"""<script>alert(1)</script> | `tick` ``two`` [link](javascript:alert(1)) <!-- comment

# A heading

| a | b |
|---|---|
| 1 | 2 |

```
fence ``` inside
```

````` five
--> ***bold*** &lt; &amp; \\ {{ template }} {% raw %}
"""

PIPE = "a|b`c<d>"


class Evil:
    """```mermaid
graph LR
  a["x"] --> b
```
click a "javascript:alert(1)"
"""

    def method(self, a="`|`<b>", b='"]; click self href "x"'):
        """--> <img src=x onerror=alert(1)> <!--"""
        # TODO: `tick` | <script> ]( x
        exec("|`<i>")


def class_dedup():
    """The class dedup is not here, nor def setup(self): or import os.

    class Nothing:
        def method(self): ...
    """


def _italic_(): ...


def __bold__(): ...
