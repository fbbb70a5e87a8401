"""Bytes of a source -> facts: ``detect`` names the language, ``facts`` is the model, a module for each."""

from .detect import Language, detect
from .extractors import EXTRACTORS, MODULES, extract

__all__ = ["EXTRACTORS", "MODULES", "Language", "detect", "extract"]
