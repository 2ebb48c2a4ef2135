"""Which verifier is meant: a name with options written on one line, or the one that a run was judged with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError

if TYPE_CHECKING:
    from dartkit.run import RunDir
    from dartkit.settings import VerifierSettings


def read_verifier(text: str) -> VerifierSettings:
    """Return the settings that `NAME[@VERSION][:OPTION=VALUE,...]` means.

    Raises:
        UsageError: for an option or a value that does not exist; whether the name exists is for `load_verifier` to say.
    """
    from pydantic import ValidationError

    from dartkit.settings import VerifierSettings

    name, _, rest = text.partition(":")
    values: dict[str, Any] = {"name": name.strip()}
    for part in filter(None, (item.strip() for item in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals or key.strip() == "name":
            raise _bad_choice(text, f"'{part}' is not OPTION=VALUE")
        values[key.strip()] = value.strip()
    try:
        return VerifierSettings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(item) for item in first["loc"])
        raise _bad_choice(text, f"{place}: {first['msg']}") from error


def _bad_choice(text: str, why: str) -> UsageError:
    return UsageError(
        f"verifier '{text}': {why}",
        fix="Expected NAME[@VERSION][:OPTION=VALUE,...], for example dartkit:percent=strict; options: docs/verifier.md",
    )


def verifier_of_run(run: RunDir) -> VerifierSettings:
    """Return the verifier of the run's last step that had one; the default where there is none or it is of an older dartkit."""
    from pydantic import ValidationError

    from dartkit.settings import VerifierSettings

    for entry in reversed(run.steps().values()):
        held = entry.get("settings", {}).get("verifier")
        if held is not None and entry.get("stage") != "validate":
            try:
                return VerifierSettings(**held)
            except ValidationError:
                break
    return VerifierSettings()


def describe_verifier(settings: VerifierSettings) -> str:
    """Return the line that `read_verifier` reads back, with the options that differ from the defaults."""
    given = settings.model_dump(exclude_defaults=True, exclude={"name"})
    options = ",".join(f"{key}={value}" for key, value in given.items())
    return f"{settings.name}:{options}" if options else settings.name
