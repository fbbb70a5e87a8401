import common
from common import shared
