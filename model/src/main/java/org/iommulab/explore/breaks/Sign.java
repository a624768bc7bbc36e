package org.iommulab.explore.breaks;

/**
 * An event that means harm.
 *
 * @param key what makes it the same sign in another run, whatever the step
 * @param words a clause: {@code WARN in iommu_group_do_set_platform_dma}
 * @param lasting whether it is of the core's or a user's making, not of the driver's alone
 */
record Sign(int step, Effect effect, String key, String words, boolean lasting) {}
