"""The lines of the comparison: which data, which work, in which order. One module for each topic; it has

LINES    {name: function of a Bench}
TARGETS  what vstore must reach: [(line, work, peer, limit)]: at most this share of the peer's time, or bytes if there
         is no peer; a peer "tool:work" is another work of the same line. A fifth element says what is meant
         instead: "seconds", "cpu", "bytes", "peak" (memory), or "rate", of which there must be at least so much
"""

from lines import corpus, growth, history, incompressible, kernel, library, million, start, table, text, upkeep

_MODULES = (kernel, table, incompressible, million, upkeep, corpus, history, text, start, library, growth)

NAMED = {name: line for module in _MODULES for name, line in module.LINES.items()}
TARGETS = [target for module in _MODULES for target in module.TARGETS]
TARGETS.append(("*", "the largest process of all lines", None, 512e6, "peak"))
