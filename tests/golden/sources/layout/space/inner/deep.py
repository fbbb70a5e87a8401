"""In a namespace package."""


class Deep: ...
