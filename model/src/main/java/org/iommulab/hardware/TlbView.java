package org.iommulab.hardware;

/**
 * A cached translation as a person looks at it.
 *
 * @param slot its place in the TLB
 * @param input first input address
 * @param output first output address
 * @param bytes size of the page
 * @param permissions {@code rw}, {@code r}, {@code w} or {@code -}
 */
public record TlbView(int slot, long input, long output, long bytes, String permissions) {}
