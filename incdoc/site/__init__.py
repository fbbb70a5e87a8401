"""Pages in a browser: Markdown as HTML, search over all names, and the live reader, which serves both."""
