"""Namen mit Umlauten – “quoted” … 漢字. Zweiter Satz."""

from größe import Maß

π = 3.14159
ＦＵＬＬ = 1
ﬁne = 2


class Größe(Maß):
    """Ein Maß. Mit Punkt."""

    été: int = 0

    def 测试(self, ñ: "Größe" = None) -> "Größe": ...


def naïve(): ...
