package org.iommulab.explore.breaks;

/**
 * Where the broken run leaves the unbroken one: all events before are the same, one by one.
 *
 * @param broken the first step that differs in the broken run; one behind its last when it just ends there
 * @param unbroken the step in its place in the unbroken run; one behind its last when that one ends there
 * @param words what happens instead of what
 */
public record Divergence(int broken, int unbroken, String words) {}
