"""The questions of ``incdoc.query`` as tools for a model, by the Model Context Protocol."""
