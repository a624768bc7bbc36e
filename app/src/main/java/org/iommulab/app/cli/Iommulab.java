package org.iommulab.app.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program itself: help, version, and the commands beneath. */
@Command(
        name = "iommulab",
        mixinStandardHelpOptions = true,
        versionProvider = Iommulab.Version.class,
        description = "A laboratory for the Linux IOMMU core and IOMMU hardware, step by step, forward and backward.",
        footer = "%nWithout a command: the window; where there is no display, the default story as pictures.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:as expected",
            "1:not as expected: an expectation, a rule, a vector or a comparison failed",
            "2:bad input or usage",
            "3:a limit was hit (steps, memory, time)",
            "4:a bug of the lab itself"
        })
final class Iommulab implements Callable<Integer> {
    private final OpenCommand.Start start;

    Iommulab(OpenCommand.Start start) {
        this.start = start;
    }

    @Override
    public Integer call() {
        return start.open(List.of(), Optional.empty());
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Iommulab.class.getPackage().getImplementationVersion();
            return new String[] {"iommulab " + (version == null ? "development" : version)};
        }
    }
}
