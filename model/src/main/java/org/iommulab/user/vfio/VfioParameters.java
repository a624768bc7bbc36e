package org.iommulab.user.vfio;

import java.util.Optional;
import org.iommulab.kernel.CommandLine;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Parameters of the module vfio_iommu_type1, as a kernel command line or modprobe sets them, or somebody who writes their
 * files below /sys/module.
 */
public final class VfioParameters {
    private static final String MODULE = "vfio_iommu_type1";
    private static final String UNSAFE = "allow_unsafe_interrupts";
    private static final String LIMIT = "dma_entry_limit";
    private static final int USUAL_LIMIT = 65_535;

    private final FlagCell unsafeInterrupts;
    private final LongCell entryLimit;

    VfioParameters(SimObject owner, CommandLine words) {
        unsafeInterrupts = new FlagCell(owner, Lane.CORE, Term.flag(UNSAFE));
        entryLimit = new LongCell(owner, Lane.CORE, Term.count(LIMIT));
        unsafeInterrupts.setQuietly(words.parameter(MODULE + "." + UNSAFE).orElse(false));
        entryLimit.setQuietly(
                words.last(MODULE + "." + LIMIT).flatMap(VfioParameters::number).orElse((long) USUAL_LIMIT));
    }

    /** {@code allow_unsafe_interrupts}: groups whose interrupts are not isolated are handed out all the same. */
    boolean allowUnsafeInterrupts() {
        return unsafeInterrupts.get();
    }

    /** {@code dma_entry_limit}: mappings that a container can have. */
    int dmaEntryLimit() {
        return (int) entryLimit.get();
    }

    /** Sets one: 0, -ENOENT when the module has none of that name, -EINVAL for what is no value of it. */
    public long set(String name, String value) {
        return switch (name) {
            case UNSAFE ->
                truth(value).map(unsafe -> set(unsafeInterrupts, unsafe)).orElse(refused());
            case LIMIT -> number(value).map(limit -> set(entryLimit, limit)).orElse(refused());
            default -> (long) Errno.ENOENT.negative();
        };
    }

    private static long set(FlagCell cell, boolean value) {
        cell.set(value);
        return 0;
    }

    private static long set(LongCell cell, long value) {
        cell.set(value);
        return 0;
    }

    private static long refused() {
        return Errno.EINVAL.negative();
    }

    // param_set_bool: the name alone means yes
    private static Optional<Boolean> truth(String value) {
        return value.isEmpty() ? Optional.of(true) : CommandLine.truth(value);
    }

    private static Optional<Long> number(String value) {
        return value.matches("[0-9]{1,9}") ? Optional.of(Long.parseLong(value)) : Optional.empty();
    }
}
