package org.iommulab.hardware;

/**
 * A cached translation as a person looks at it.
 *
 * @param slot its place in the TLB
 * @param input first input address
 * @param output first output address
 * @param bytes size of the page
 * @param permissions {@code rw}, {@code r}, {@code w} or {@code -}
 * @param table physical address of the top table that it was read from, where a unit walks several; 0 for its only one
 */
public record TlbView(int slot, long input, long output, long bytes, String permissions, long table) {
    /** In a unit that walks one table. */
    public TlbView(int slot, long input, long output, long bytes, String permissions) {
        this(slot, input, output, bytes, permissions, 0);
    }
}
