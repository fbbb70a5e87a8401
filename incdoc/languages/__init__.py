"""Bytes of a source -> facts: ``detect`` names the language, ``facts`` is the model, a module for each."""

from .detect import EXTRACTORS, Language, detect, extract, version

__all__ = ["EXTRACTORS", "Language", "detect", "extract", "version"]
