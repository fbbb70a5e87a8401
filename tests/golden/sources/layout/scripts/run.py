import helper
from pkg import Shared
