package org.iommulab.capture.machine;

import java.util.List;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.CapturedTopology;

/**
 * What overriding ACS would do.
 *
 * @param groups all groups as they would be; the first part of a split one keeps its number
 * @param splits the groups that would fall apart
 * @param open the ways that would stay open between the parts
 * @param covered functions that the kernel would count as isolated although they are not
 * @param remarks why other groups would stay as they are, a sentence each
 * @param sentence the answer in short
 */
public record WhatIf(
        AcsOverride override,
        List<CapturedTopology.Group> groups,
        List<Split> splits,
        List<OpenPath> open,
        List<String> covered,
        List<String> remarks,
        String sentence) {
    /** A group that falls apart, and the groups that come of it. */
    public record Split(int group, List<CapturedTopology.Group> parts) {
        public Split {
            parts = List.copyOf(parts);
        }
    }

    public WhatIf {
        groups = List.copyOf(groups);
        splits = List.copyOf(splits);
        open = List.copyOf(open);
        covered = List.copyOf(covered);
        remarks = List.copyOf(remarks);
    }
}
