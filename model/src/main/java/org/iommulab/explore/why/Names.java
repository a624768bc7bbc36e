package org.iommulab.explore.why;

import java.util.HashMap;
import java.util.Map;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Events;

/** What objects of a recording are called: a domain by the ARM mapping around it, as rules do. From events alone. */
final class Names {
    private final Events recording;
    private final Map<Integer, Integer> mappings = new HashMap<>();

    Names(Events recording) {
        this.recording = recording;
        int domain = 0;
        for (int step = 1; step <= recording.length(); step++) {
            if (recording.kind(step) == EventKind.LEAVE) {
                String function = recording.term(step).name();
                if (function.equals("__iommu_domain_alloc")) {
                    domain = (int) recording.a(step);
                } else if (function.equals("arm_iommu_create_mapping") && recording.a(step) > 0) {
                    mappings.put(domain, (int) recording.a(step));
                }
            }
        }
    }

    String of(long object) {
        int id = (int) object;
        return recording.labels().labelOf(mappings.getOrDefault(id, id));
    }
}
