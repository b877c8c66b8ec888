"""The lines of the comparison: which data, which work, in which order. One module for each topic; it has

LINES    {name: function of a Bench}
TARGETS  what vstore must reach: [(line, work, peer, at most)]: a share of the peer's time, or bytes if there is
         no peer; a peer "tool:work" is another work of the same line
"""

from lines import corpus, kernel, million, table, upkeep

_MODULES = (kernel, table, million, upkeep, corpus)

NAMED = {name: line for module in _MODULES for name, line in module.LINES.items()}
TARGETS = [target for module in _MODULES for target in module.TARGETS]
