/**
 * The benchmarks behind {@code iommulab bench}: workloads, how they are measured, and the goals that they are held to.
 * Throughput is measured by JMH in a JVM of its own; delays and memory, which JMH does not measure as we need them, in
 * this one. Nothing here draws, and nothing here knows a driver by name.
 */
@NullMarked
package org.iommulab.app.bench;

import org.jspecify.annotations.NullMarked;
