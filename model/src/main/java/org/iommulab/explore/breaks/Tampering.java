package org.iommulab.explore.breaks;

import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Removal;

/**
 * What is done to a driver's table.
 *
 * @param driver as {@code --remove} names it
 * @param nth which call fails, from 1; 0: the callback is taken out
 * @param error what the failing call returns; empty for a removal, and for a call that says it with 0
 */
public record Tampering(String driver, Callback callback, int nth, Optional<Errno> error) {
    // asked for with every cell: what a record brings along takes longer
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Tampering that
                        && callback == that.callback
                        && nth == that.nth
                        && driver.equals(that.driver)
                        && error.equals(that.error);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * driver.hashCode() + callback.ordinal()) + nth;
    }

    public static Tampering removal(String driver, Callback callback) {
        return new Tampering(driver, callback, 0, Optional.empty());
    }

    /** Its n-th call fails in the way in which its callers expect it to. */
    public static Tampering failure(String driver, Callback callback, int nth) {
        return new Tampering(
                driver,
                callback,
                nth,
                Optional.of(callback)
                        .filter(c -> c.failing() == Callback.Failing.ERRNO)
                        .map(Callback::usualError));
    }

    public boolean isRemoval() {
        return nth == 0;
    }

    /** What a removal removes. */
    Removal removed() {
        return new Removal(driver, callback);
    }

    /** The kernel with this done to it, and nothing else. */
    public KernelBuild on(KernelBuild kernel) {
        return isRemoval()
                ? kernel.without(List.of(removed()))
                : kernel.failing(List.of(new Failure(driver, callback, nth, error.orElse(callback.usualError()))));
    }

    /** {@code removed}, or {@code call 2 returns -ENOMEM}. */
    public String words() {
        return isRemoval()
                ? "removed"
                : "call " + nth + " returns " + error.map(e -> "-" + e).orElse("0");
    }
}
