package org.iommulab.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.iommulab.app.cli.CheckCommand;
import org.iommulab.app.cli.Cli;
import org.iommulab.app.cli.ListCommand;
import org.iommulab.app.cli.VectorsCommand;

/** Where the program starts. Not a JavaFX application class: on the class path the toolkit refuses to start from one. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Cli(commands(), out, err).run(List.of(arguments)));
    }

    /** The commands of this program, in the order of the help. */
    private static List<Object> commands() {
        return List.of(new CheckCommand(), new ListCommand(), new VectorsCommand());
    }
}
