package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.iommulab.json.BadInput;
import org.iommulab.json.Names;
import org.iommulab.sim.LimitReached;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs a command line: parses it, runs the command, and turns whatever goes wrong into one line and an exit code. */
public final class Cli {
    private final CommandLine commands;
    private final PrintWriter err;

    /**
     * @param start what is done without a command
     * @param subcommands the commands that this program has, in the order of the help
     */
    public Cli(OpenCommand.Start start, List<Object> subcommands, Console console) {
        this.err = console.err();
        commands = new CommandLine(new Iommulab(start));
        subcommands.forEach(commands::addSubcommand);
        commands.addSubcommand(new CompletionCommand(commands, console));
        commands.setOut(console.out());
        commands.setErr(console.err());
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setParameterExceptionHandler((exception, _) -> usage(exception));
        commands.setExecutionExceptionHandler((exception, _, _) -> failed(exception));
    }

    /** The exit code. */
    public int run(List<String> arguments) {
        int code;
        try {
            code = commands.execute(arguments.toArray(String[]::new));
        } catch (OutOfMemoryError _) {
            code = limit("limit reached: memory of the Java machine");
        } catch (Error e) {
            code = bug(e);
        }
        commands.getOut().flush();
        err.flush();
        return code;
    }

    private int usage(ParameterException exception) {
        String command = exception.getCommandLine().getCommandSpec().qualifiedName();
        err.println("iommulab: " + message(exception));
        err.println("try '" + command + " --help'");
        return ExitCode.BAD_INPUT;
    }

    private static String message(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().getFirst();
            CommandSpec command = exception.getCommandLine().getCommandSpec();
            boolean option = word.startsWith("-");
            Set<String> known = option
                    ? command.optionsMap().keySet()
                    : command.subcommands().keySet();
            if (option || !known.isEmpty()) {
                return "unknown " + (option ? "option" : "command") + " '" + word + "'" + Names.hint(word, known);
            }
        }
        return String.valueOf(exception.getMessage());
    }

    private int failed(Exception exception) {
        return switch (exception) {
            case BadInput bad -> {
                bad.problems().forEach(err::println);
                yield ExitCode.BAD_INPUT;
            }
            case BadUsage bad -> {
                err.println("iommulab: " + bad.getMessage());
                yield ExitCode.BAD_INPUT;
            }
            case LimitReached limit -> limit(String.valueOf(limit.getMessage()));
            case UncheckedIOException io -> {
                err.println("iommulab: " + io.getMessage());
                yield ExitCode.BAD_INPUT;
            }
            default -> bug(exception);
        };
    }

    private int limit(String message) {
        err.println("iommulab: " + message);
        return ExitCode.LIMIT;
    }

    private int bug(Throwable bug) {
        String where = Arrays.stream(bug.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("org.iommulab."))
                .findFirst()
                .map(frame -> " at " + frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .orElse("");
        String message = String.valueOf(bug.getMessage()).lines().findFirst().orElse("");
        err.println("iommulab: this is a bug of the lab: " + bug.getClass().getSimpleName() + ": " + message + where);
        return ExitCode.OUR_BUG;
    }
}
