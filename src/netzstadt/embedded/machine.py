"""The machine PostgreSQL runs on: its memory, its disk, the account to run as, and what follows."""

import contextlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20
GIB = 2**30


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged system account that PostgreSQL runs as when started by root."""

    name: str
    uid: int
    gid: int


def account() -> Account | None:
    """The account to drop to, or None where we are not root and need none."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def first_closed_directory(path: Path, account: Account | None) -> Path | None:
    """The first directory on the way to ``path`` that ``account`` may not pass, from the root."""
    if account is None:
        return None
    for directory in [*reversed(path.resolve().parents), path.resolve()]:
        try:
            status = directory.stat()
        except FileNotFoundError:
            return None
        if not stat.S_ISDIR(status.st_mode):
            return None
        if status.st_uid == account.uid:
            wanted = stat.S_IXUSR
        elif status.st_gid == account.gid:
            wanted = stat.S_IXGRP
        else:
            wanted = stat.S_IXOTH
        if not status.st_mode & wanted:
            return directory
    return None


@dataclass(frozen=True, slots=True)
class Machine:
    """What the memory settings are computed from; sizes in bytes."""

    memory: int
    cores: int
    disk_free: int
    shared_memory_free: int

    @classmethod
    def here(cls, directory: Path) -> "Machine":
        """This machine, within the limits of its container; the disk is that of ``directory``."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
            # No such file, or the word "max": this kind of container sets no limit.
            with contextlib.suppress(OSError, ValueError):
                memory = min(memory, int(Path(limit).read_text()))
        shared = Path("/dev/shm")  # noqa: S108 - only its size is looked at
        return cls(
            memory=memory,
            cores=os.cpu_count() or 1,
            disk_free=shutil.disk_usage(directory).free,
            shared_memory_free=shutil.disk_usage(shared).free if shared.is_dir() else GIB,
        )


def settings_for(machine: Machine) -> dict[str, str]:
    """PostgreSQL's settings that depend on the machine, as ``postgresql.conf`` spells them.

    A quarter of the memory is PostgreSQL's own cache and the system is trusted to cache as much
    again, which leaves room for the servers beside it. The write-ahead log may grow to a tenth of
    the free disk: checkpoints are rare then, and each costs full images of the pages it touches.
    """
    settings = {
        "shared_buffers": _size(machine.memory // 4, least=64 * MIB, most=8 * GIB),
        "effective_cache_size": _size(machine.memory // 2, least=128 * MIB, most=256 * GIB),
        "work_mem": _size(machine.memory // 1024, least=4 * MIB, most=64 * MIB),
        "maintenance_work_mem": _size(machine.memory // 32, least=32 * MIB, most=GIB),
        "max_wal_size": _size(machine.disk_free // 10, least=64 * MIB, most=8 * GIB),
        "min_wal_size": _size(machine.disk_free // 100, least=32 * MIB, most=GIB),
        "max_parallel_workers": str(machine.cores),
        "max_parallel_workers_per_gather": str(min(4, machine.cores // 2)),
        "max_parallel_maintenance_workers": str(min(4, max(1, machine.cores // 2))),
    }
    if machine.shared_memory_free < GIB:
        # Containers often have 64 MB here: a parallel hash join would fail, not merely be slow.
        settings["dynamic_shared_memory_type"] = "mmap"
    return settings


# The same on every machine.
SETTINGS = {
    "max_connections": "100",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "on",  # fewer bytes to flush for the pages a checkpoint touched
    "random_page_cost": "1.1",  # solid-state disks
    "jit": "off",  # our statements are short; compiling one costs more than it gains
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_insert_scale_factor": "0.05",  # keeps index-only scans of new partitions
    "idle_in_transaction_session_timeout": "10min",  # a forgotten transaction holds the outbox up
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "lc_messages": "'C'",
    "default_text_search_config": "'pg_catalog.german'",
    "logging_collector": "on",
    "log_filename": "'postgres-%Y%m%d-%H%M%S.log'",
    "log_rotation_size": "10MB",
    "log_rotation_age": "1d",
    "log_checkpoints": "off",
    # Statements hold what people typed in, and one of a few kilobytes in an address can be a
    # hundred times longer: an error is logged without its statement.
    "log_min_error_statement": "panic",
    "log_line_prefix": "'%m [%p] '",
}


def _size(bytes_: int, *, least: int, most: int) -> str:
    return f"{min(most, max(least, bytes_)) // MIB}MB"
