package org.iommulab.app.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** generate-completion. */
@Command(
        name = "generate-completion",
        mixinStandardHelpOptions = true,
        description = "Prints a completion script for bash and zsh: source <(iommulab generate-completion).")
final class CompletionCommand implements Runnable {
    private final CommandLine commands;
    private final Console console;

    CompletionCommand(CommandLine commands, Console console) {
        this.commands = commands;
        this.console = console;
    }

    @Override
    public void run() {
        console.out().print(AutoComplete.bash("iommulab", commands));
    }
}
