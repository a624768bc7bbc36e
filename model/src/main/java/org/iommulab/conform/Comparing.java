package org.iommulab.conform;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which of a step's results are compared, and in which form. */
final class Comparing {
    /** Commands whose effect is not the core's: they only say something, wait, or load a module. */
    private static final Set<String> LEFT_OUT = Set.of("sh", "snap", "msleep");

    /** Commands whose mapping and unmapping is VFIO's; in others it is that of the host's drivers. */
    private static final Set<String> OF_VFIO =
            Set.of("open", "close", "c.setiommu", "c.map", "c.unmap", "g.setc", "g.unsetc");

    private Comparing() {}

    static boolean isCompared(StepResult step) {
        return !LEFT_OUT.contains(step.verb());
    }

    /** Events in a form in which those of two machines can be equal: no physical addresses, adjacent ranges in one. */
    static List<String> comparable(StepResult step) {
        return comparable(step.events(), OF_VFIO.contains(step.verb()));
    }

    static List<String> comparable(List<TraceEvent> events, boolean ofVfio) {
        var texts = new ArrayList<String>();
        Range open = Range.NONE;
        for (TraceEvent event : events) {
            Range range = switch (event) {
                case TraceEvent.Map map -> new Range("map", map.iova(), map.size());
                case TraceEvent.Unmap unmap -> new Range("unmap", unmap.iova(), unmap.unmapped());
                case TraceEvent.Membership _, TraceEvent.Attachment _ -> Range.NONE;
            };
            if (range != Range.NONE && !ofVfio) {
                continue;
            }
            if (open.joins(range)) {
                open = new Range(open.what(), open.start(), open.size() + range.size());
                continue;
            }
            open.addTo(texts);
            open = range;
            if (range == Range.NONE) {
                texts.add(event.toString());
            }
        }
        open.addTo(texts);
        return texts;
    }

    private record Range(String what, long start, long size) {
        static final Range NONE = new Range("", 0, 0);

        boolean joins(Range next) {
            return this != NONE && what.equals(next.what()) && start + size == next.start();
        }

        void addTo(List<String> texts) {
            if (this != NONE) {
                texts.add("%s 0x%x - 0x%x".formatted(what, start, start + size));
            }
        }
    }

    /** How many of two lists agree in order: the length of their longest common subsequence. */
    static int inCommon(List<String> one, List<String> other) {
        if (one.equals(other)) {
            return one.size();
        }
        int[] row = new int[other.size() + 1];
        for (String text : one) {
            int diagonal = 0;
            for (int i = 1; i <= other.size(); i++) {
                int above = row[i];
                row[i] = text.equals(other.get(i - 1)) ? diagonal + 1 : Math.max(above, row[i - 1]);
                diagonal = above;
            }
        }
        return row[other.size()];
    }
}
