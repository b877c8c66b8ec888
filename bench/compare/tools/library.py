"""A store that programs use in-process, for the lines that measure the library."""

import os

from tools.base import Tool


class Lmdb(Tool):
    """Measured by bench_rates, which is built with vstore and linked to the system's LMDB."""

    name = "lmdb"
    label = "LMDB"
    first = next = unchanged = restore = None

    @classmethod
    def available(cls, env):
        return os.access(env["BENCH_RATES"], os.X_OK)

    @classmethod
    def version(cls, env):
        return "as the system has it"
