package org.iommulab.explore.breaks;

/**
 * A rule that breaks in the broken run and holds, at this place, in the unbroken one.
 *
 * @param key as scenarios and {@code list rules} name it
 * @param harm what a breach of it comes to
 * @param step the event that broke it, in the broken run
 * @param sentence who breaks it and how
 */
public record BrokenRule(String key, Effect harm, int step, String sentence) {}
