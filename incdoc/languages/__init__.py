"""Bytes of a source -> facts: ``registry`` has the languages, ``facts`` is the model, a module or package for each."""

from .registry import Languages, load, outline_of

__all__ = ["Languages", "load", "outline_of"]
