"""The tools that are compared.

Every tool versions the same folder, in turn. Only vstore keeps something inside that folder; it is moved in
for vstore's turn and out again, so that no tool sees another's files.
"""

from tools.annex import GitAnnex
from tools.backup import Borg, BorgZstd, Casync, Restic
from tools.git import Git, GitLfs, GitTuned
from tools.library import Lmdb
from tools.own import Vstore
from tools.plain import B3sum, Copy, TarZstd

# In the order of the table's columns. LMDB is no version control: it takes part where a line asks for it.
ALL = [Vstore, Git, GitTuned, GitLfs, GitAnnex, Restic, Borg, BorgZstd, Casync, Copy, TarZstd, B3sum, Lmdb]
BY_NAME = {tool.name: tool for tool in ALL}
