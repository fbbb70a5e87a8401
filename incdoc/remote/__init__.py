"""A cache of facts that several machines share: what one has read out of a source, no other reads again.

::

    tree          facts keys of all sources -> units of a few sources, folders above them, and their keys
    packs         the facts of a unit <-> bounded, compressed bytes
    actions       which packs a key has <-> the messages that caches of build tools accept
    storage       what holds the entries: HTTP, or an object store; from a process that can be ended
    credentials   of the environment or of netrc, for one host
    cache         look-ups from the root down, and what is sent after a build

Nothing that comes from outside is believed: it has the digest that its name says, is of bounded size, and is facts
that agree with the source (``languages.agreement``). Whatever fails that is a miss.
"""
