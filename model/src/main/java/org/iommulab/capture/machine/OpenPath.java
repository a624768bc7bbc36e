package org.iommulab.capture.machine;

import java.util.List;

/**
 * A way between two devices that the override hides from the kernel and leaves open in the hardware.
 *
 * @param from a device of one of the new groups
 * @param to a device of another one
 * @param ties the chain between them, of which the kernel would not believe at least one any more
 */
public record OpenPath(String from, String to, List<Tie> ties, String sentence) {
    public OpenPath {
        ties = List.copyOf(ties);
    }
}
