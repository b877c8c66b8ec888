"""The tools that are compared.

Every tool versions the same folder, in turn. Only vstore keeps something inside that folder; it is moved in
for vstore's turn and out again, so that no tool sees another's files.
"""

from tools.backup import Borg, BorgZstd, Casync, Restic
from tools.git import Git, GitLfs, GitTuned
from tools.own import Vstore

ALL = [Vstore, Git, GitTuned, GitLfs, Restic, Borg, BorgZstd, Casync]
BY_NAME = {tool.name: tool for tool in ALL}
