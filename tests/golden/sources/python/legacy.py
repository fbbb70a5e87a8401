# A script for Python 2.
import urllib2, ConfigParser
from StringIO import StringIO


class Old:
    "Old style."
    __metaclass__ = type

    def show(self, (a, b), c=0777):
        print "shown", a
        print >>out, b
        raise ValueError, "no"


def run(code):
    exec code in {}
    try:
        pass
    except Exception, error:
        print `error`
    return u"done" <> ur"x"


def after(): ...
