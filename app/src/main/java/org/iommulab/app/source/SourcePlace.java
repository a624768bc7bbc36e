package org.iommulab.app.source;

/**
 * A line of the model's source.
 *
 * @param file path below the source root, {@code org/iommulab/core/Attaching.java}
 * @param line from 1
 */
public record SourcePlace(String file, int line) {}
