package org.iommulab.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.scenario.ScenarioLibrary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** open: the window. */
@Command(
        name = "open",
        mixinStandardHelpOptions = true,
        description = "Opens the window, on a scenario or a captured machine when one is named.")
public final class OpenCommand implements Callable<Integer> {
    private final Start start;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "a file, or the name of a scenario")
    private Optional<String> file = Optional.empty();

    public OpenCommand(Start start) {
        this.start = start;
    }

    @Override
    public Integer call() {
        return start.open(file.map(OpenCommand::found).stream().toList(), file);
    }

    private static String found(String named) {
        Path path = Files.exists(Path.of(named)) ? Path.of(named) : ScenarioLibrary.find(named);
        return path.toString();
    }

    /** Opens the window, or does what is done without a display. */
    @FunctionalInterface
    public interface Start {
        /**
         * @param arguments what to open: nothing, or one file
         * @param named what the user called it
         * @return the exit code
         */
        int open(List<String> arguments, Optional<String> named);
    }
}
