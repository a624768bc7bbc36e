package org.iommulab.explore.breaks;

import java.util.Optional;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Removal;
import java.util.List;

/**
 * What is done to a driver's table.
 *
 * @param driver as {@code --remove} names it
 * @param nth which call fails, from 1; 0: the callback is taken out
 * @param error what the failing call returns; empty for a removal
 */
public record Tampering(String driver, Callback callback, int nth, Optional<Errno> error) {
    public static Tampering removal(String driver, Callback callback) {
        return new Tampering(driver, callback, 0, Optional.empty());
    }

    public static Tampering failure(String driver, Callback callback, int nth, Errno error) {
        return new Tampering(driver, callback, nth, Optional.of(error));
    }

    public boolean isRemoval() {
        return nth == 0;
    }

    /** The kernel with this done to it, and nothing else. */
    public KernelBuild on(KernelBuild kernel) {
        return isRemoval()
                ? kernel.without(List.of(new Removal(driver, callback)))
                : kernel.failing(List.of(new Failure(driver, callback, nth, error.orElseThrow())));
    }

    /** {@code removed}, or {@code call 2 fails with -ENOMEM}. */
    public String words() {
        return isRemoval()
                ? "removed"
                : "call " + nth + " fails with " + error.map(e -> "-" + e).orElse("an error");
    }
}
