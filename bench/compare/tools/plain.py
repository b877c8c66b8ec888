"""What the machine does without any version control: the least that reading, writing and compressing cost."""

import os

from tools.base import Tool


class Plain(Tool):
    """Takes a copy and gives it back; knows no versions."""

    next = unchanged = restore = None


class Copy(Plain):
    name = program = "cp"
    label = "cp -a"

    def first(self):
        return self.timed(["cp", "-a", self.data, self.repository])

    def prepare_restore(self, target):
        """cp makes the folder itself."""

    def restore(self, target):
        return self.timed(["cp", "-a", self.repository, target])


class TarZstd(Plain):
    name = "tar-zstd"
    program = "zstd"
    label = "tar, zstd -3 -T2"

    def setup(self):
        os.mkdir(self.repository)
        self.archive = os.path.join(self.repository, "data.tar.zst")

    def first(self):
        return self.timed(["sh", "-c", 'tar -cf - . | zstd -q -3 -T2 -o "$1"', "sh", self.archive])

    def restore(self, target):
        return self.timed(["sh", "-c", 'zstd -q -dc "$1" | tar -xf -', "sh", self.archive], cwd=target)


class B3sum(Plain):
    name = label = program = "b3sum"

    def first(self):
        return self.timed(["sh", "-c", "find . -type f -print0 | xargs -0 b3sum"])

    def size(self):
        return 0
