package org.iommulab.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program itself: help, version, and the commands beneath. */
@Command(
        name = "iommulab",
        mixinStandardHelpOptions = true,
        versionProvider = Iommulab.Version.class,
        description = "A laboratory for the Linux IOMMU core and IOMMU hardware, step by step, forward and backward.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:as expected",
            "1:not as expected: an expectation, a rule, a vector or a comparison failed",
            "2:bad input or usage",
            "3:a limit was hit (steps, memory, time)",
            "4:a bug of the lab itself"
        })
final class Iommulab implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Iommulab.class.getPackage().getImplementationVersion();
            return new String[] {"iommulab " + (version == null ? "development" : version)};
        }
    }
}
