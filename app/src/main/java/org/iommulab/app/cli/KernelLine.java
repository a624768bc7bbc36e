package org.iommulab.app.cli;

import org.iommulab.kernel.KernelBuild;

/** A kernel build in one line. */
final class KernelLine {
    private KernelLine() {}

    /** Its spec, and what else is not as in another build. */
    static String changed(KernelBuild kernel, KernelBuild base) {
        return of(kernel.withConfig(kernel.config().equals(base.config()) ? java.util.Map.of() : kernel.config())
                .withCommandLine(kernel.commandLine().equals(base.commandLine()) ? "" : kernel.commandLine()));
    }

    static String of(KernelBuild kernel) {
        var line = new StringBuilder(kernel.spec());
        kernel.config()
                .forEach((name, yes) -> line.append(" CONFIG_").append(name).append(yes ? "=y" : "=n"));
        kernel.removed().forEach(removal -> line.append(" without ").append(removal));
        kernel.failures().forEach(failure -> line.append(" failing ").append(failure));
        if (!kernel.commandLine().isEmpty()) {
            line.append(" \"").append(kernel.commandLine()).append('"');
        }
        return line.toString();
    }
}
