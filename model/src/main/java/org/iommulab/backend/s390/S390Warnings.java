package org.iommulab.backend.s390;

/** Hears of the driver's WARN_ON_ONCEs, each time that the condition holds. */
@FunctionalInterface
public interface S390Warnings {
    /** For those who do not care. */
    S390Warnings IGNORED = function -> {};

    /** By the function that they are in. */
    enum Function {
        /** A page entry is made valid that is valid already. */
        VALIDATE_PT_ENTRY,
        /** A page entry is made invalid that is so already. */
        INVALIDATE_PT_ENTRY
    }

    void warn(Function function);
}
