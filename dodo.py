"""The project's tasks: ``doit list`` shows them."""

import incdoc

globals().update(incdoc.tasks())
