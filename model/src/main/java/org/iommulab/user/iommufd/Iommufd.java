package org.iommulab.user.iommufd;

import java.util.List;
import java.util.Optional;
import org.iommulab.core.IommuCore;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.RefList;
import org.iommulab.user.held.Held;

/**
 * The module: who may open /dev/iommu. Kernels from v6.2 on have the file; the lab has it as 6.12.y does, with VFIO's
 * device files (v6.6), and no older form of it.
 */
public final class Iommufd {
    /** The file. */
    public static final String PATH = "/dev/iommu";

    private static final String UNSAFE = "iommufd.allow_unsafe_interrupts";

    private final Kernel kernel;
    private final IommuCore core;
    private final UserPages memory;
    private final RefList<IommufdCtx> files;

    public Iommufd(Kernel kernel, IommuCore core, UserPages memory) {
        this.kernel = kernel;
        this.core = core;
        this.memory = memory;
        this.files = new RefList<>(kernel.machine(), IommufdCtx.class);
    }

    /** The answer of open: a file, or a negative errno. */
    public record Opened(long error, Optional<IommufdCtx> file) {}

    /** Whether the lab has iommufd for this kernel. */
    public boolean isThere() {
        return kernel.since(Version.V6_12);
    }

    /** open(2) of {@link #PATH}: -ENOENT where the lab has none. */
    public Opened open() {
        return isThere()
                ? new Opened(0, Optional.of(IommufdCtx.open(this)))
                : new Opened(Errno.ENOENT.negative(), Optional.empty());
    }

    /** What the program holds now, each open file followed by its objects. */
    public List<Held> held() {
        return files.toList().stream()
                .flatMap(file -> IommufdHeld.of(file).stream())
                .toList();
    }

    /** Open files, and closed ones that a device keeps. */
    RefList<IommufdCtx> files() {
        return files;
    }

    Kernel kernel() {
        return kernel;
    }

    IommuCore core() {
        return core;
    }

    UserPages memory() {
        return memory;
    }

    /** The module's parameter {@code allow_unsafe_interrupts}, as a kernel command line sets it. */
    boolean allowsUnsafeInterrupts() {
        return kernel.commandLine().parameter(UNSAFE).orElse(false);
    }
}
