"""What can go wrong, as a vocabulary.

Two families live here. *Stops* end a command: each is a `DartkitError` with an exit status, and says what happened,
where, and what to type next. *Row errors* (`DrawError`, `VerifyError`) describe one bad draw or one bad answer; they
become a value in a row and never stop a run. Foreign exceptions are turned into the first family at one place only,
`boundary`, so that no other module needs a broad catch.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit status of every dartkit command."""

    DONE = 0
    BUG = 1
    USAGE = 2
    GATE = 3
    ENVIRONMENT = 4
    DATA = 5
    BUDGET = 6
    INTERRUPTED = 130


class DartkitError(Exception):
    """A stop with a known reason.

    Args:
        what: What happened, naming the file, field and value.
        where: The place (file:line, run directory, stage), or nothing.
        fix: The next thing to do: a command, a setting or an edit.
    """

    status: ExitStatus = ExitStatus.BUG

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def paragraph(self) -> str:
        """Return the one paragraph that the terminal shows: where, what, fix."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.fix}" if self.fix else head


class UsageError(DartkitError):
    """The command line asks for something that does not exist or does not fit together."""

    status = ExitStatus.USAGE


class RecipeError(DartkitError):
    """A recipe has unknown keys, wrong types or values out of range; all problems are listed at once."""

    status = ExitStatus.USAGE


class GateFailed(DartkitError):
    """A quality gate that the recipe states was not reached; the data is kept."""

    status = ExitStatus.GATE


class EnvironmentProblem(DartkitError):
    """The machine lacks something: an extra, a GPU, a model, disk space, permission to write."""

    status = ExitStatus.ENVIRONMENT


class DataError(DartkitError):
    """A row or file of the user's data cannot be used; `where` names file and row."""

    status = ExitStatus.DATA


class BudgetReached(DartkitError):
    """A stated limit of draws, tokens, hours or money is spent; the same command with a larger limit goes on."""

    status = ExitStatus.BUDGET


class RankStopped(DartkitError):
    """Another process of the same training stopped, and this one with it; text and status are the other's."""

    def __init__(self, what: str, *, where: str, fix: str, status: ExitStatus) -> None:
        super().__init__(what, where=where, fix=fix)
        self.status = status


class DrawError(Exception):
    """One draw could not be made (for example a prompt longer than the model's window). Becomes `Sample.error`."""


class VerifyError(Exception):
    """One answer could not be checked. Becomes a verdict with outcome `error`."""


_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}


def from_os_error(error: OSError, path: str) -> EnvironmentProblem:
    """Name an operating-system error on a file that dartkit itself writes."""
    if error.errno in _DISK_FULL:
        return EnvironmentProblem(
            f"no space left to write ({error.strerror})",
            where=path,
            fix="Free disk space (or raise the quota), then run the same command: finished rows are kept.",
        )
    if error.errno in _NOT_WRITABLE:
        return EnvironmentProblem(
            f"cannot write here ({error.strerror})",
            where=path,
            fix="Choose a run directory on a disk you may write to, or fix its permissions.",
        )
    return EnvironmentProblem(
        f"cannot use this path ({error.strerror})", where=path, fix="Check that the path exists."
    )


@contextmanager
def boundary(what: str, *, fix: str = "", kind: type[DartkitError] = EnvironmentProblem) -> Iterator[None]:
    """Turn whatever a foreign library raises into one named stop, keeping the cause.

    Args:
        what: The thing that was being done, for example "load the model runs/x/model".
        fix: What the user can do about it.
        kind: Which stop a foreign exception means here.

    Raises:
        DartkitError: of class `kind`, chained to the foreign exception. Our own stops pass unchanged.
    """
    try:
        yield
    except DartkitError:
        raise
    except Exception as error:
        detail = " ".join(str(error).split())[:500] or "no message"
        raise kind(f"cannot {what}: {type(error).__name__}: {detail}", fix=fix) from error


def missing_extra(package: str, extra: str) -> EnvironmentProblem:
    """Say which pip command brings a missing optional package."""
    return EnvironmentProblem(
        f"this needs the package '{package}', which is not installed",
        fix=f"pip install 'dartkit[{extra}]'",
    )
