package org.iommulab.app.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** generate-completion. */
@Command(
        name = "generate-completion",
        mixinStandardHelpOptions = true,
        description = "Prints a completion script for bash and zsh: source <(iommulab generate-completion).")
final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(AutoComplete.bash("iommulab", spec.root().commandLine()));
    }
}
