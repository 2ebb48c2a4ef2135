"""A group of commands that is itself a command: `dartkit verify RUN` beside `dartkit verify pairs`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT = "RUN"
"""Name under which the default command is registered; it is not typed."""


class DefaultGroup(TyperGroup):
    """Runs its default command where the first word is neither a command of the group nor a question for help.

    A run directory with the name of a command is reached as `./pairs`.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.default_command = self.commands.pop(DEFAULT)
        self.epilog = self.default_command.epilog

    def make_context(self, info_name: Any, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Return the context of the group, or in its place that of the default command."""
        own = {*self.commands, *self.context_settings.get("help_option_names", ())}
        if not args or args[0] in own:
            return super().make_context(info_name, args, parent, **extra)
        return self.default_command.make_context(info_name, args, parent, **extra)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how the default command is used, then how the others are."""
        self.default_command.format_usage(ctx, formatter)
        formatter.write_usage(ctx.command_path, self.subcommand_metavar, prefix="       ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options of the default command, then the names of the others."""
        self.default_command.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)
