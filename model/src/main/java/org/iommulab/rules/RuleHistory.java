package org.iommulab.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.board.World;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** When each rule broke and when it held again, over a whole recording. */
public final class RuleHistory {
    // Only these change what a rule looks at.
    private static final Set<EventKind> RELEVANT = EnumSet.of(
            EventKind.CHANGED,
            EventKind.LEAVE,
            EventKind.REGISTER_WRITE,
            EventKind.TLB_FILL,
            EventKind.TLB_FLUSH,
            EventKind.USE_AFTER_FREE);

    // While one of these is under way, belief and hardware are allowed to differ.
    private static final Set<String> HALF_DONE = Set.of(
            "iommu_attach_device",
            "iommu_detach_device",
            "iommu_deferred_attach",
            "iommu_attach_group",
            "iommu_detach_group",
            "iommu_group_claim_dma_owner",
            "iommu_group_release_dma_owner",
            "iommu_map",
            "iommu_unmap",
            "__iommu_dma_unmap",
            // iommu_unmap_fast, piece by piece, then one sync
            "vfio_unmap_unpin",
            "iommu_probe_device",
            "bus_iommu_probe",
            "iommu_release_device",
            // arm64 attaches the default domain before it sets dma_ops, and takes dma_ops back before the driver is
            // gone
            "of_dma_configure_id",
            "acpi_dma_configure_id",
            "device_unbind_cleanup",
            "arm_iommu_attach_device",
            "arm_iommu_detach_device",
            "arch_setup_dma_ops",
            "arm_teardown_iommu_dma_ops",
            "iommu_domain_free",
            "rpm_resume",
            "rpm_suspend");

    private final List<List<Change>> changes = new ArrayList<>();

    private record Change(int step, Optional<String> sentence) {}

    private RuleHistory() {
        Rule.ALL.forEach(_ -> changes.add(new ArrayList<>()));
    }

    /** Travels through the recording once, from its first step to its last; the cursor ends at the last. */
    public static RuleHistory of(World world, Cursor cursor) {
        var history = new RuleHistory();
        Recording recording = cursor.recording();
        Deque<Boolean> calls = new ArrayDeque<>();
        int halfDone = 0;
        cursor.first();
        for (int step = 1; step <= recording.length(); step++) {
            EventKind kind = recording.kind(step);
            while (calls.size() > recording.depth(step)) {
                halfDone -= calls.pop() ? 1 : 0;
            }
            if (RELEVANT.contains(kind) || step == recording.length()) {
                cursor.go(step);
                history.judge(world, step, halfDone == 0, recording.depth(step) == 0);
            }
            if (kind == EventKind.ENTER || kind == EventKind.CALLBACK) {
                boolean busy = HALF_DONE.contains(recording.event(step).term().name());
                calls.push(busy);
                halfDone += busy ? 1 : 0;
            }
        }
        return history;
    }

    private void judge(World world, int step, boolean nothingHalfDone, boolean betweenActions) {
        for (int i = 0; i < Rule.ALL.size(); i++) {
            Rule rule = Rule.ALL.get(i);
            boolean now = switch (rule.quiet()) {
                case ALWAYS -> true;
                case NOTHING_HALF_DONE -> nothingHalfDone;
                case BETWEEN_ACTIONS -> betweenActions;
            };
            if (now) {
                Optional<String> sentence = rule.violation(world);
                List<Change> known = changes.get(i);
                Optional<String> before =
                        known.isEmpty() ? Optional.empty() : known.getLast().sentence();
                if (!before.equals(sentence)) {
                    known.add(new Change(step, sentence));
                }
            }
        }
    }

    /** Keys of the rules that broke at any step. */
    public List<String> brokenRules() {
        var broken = new ArrayList<String>();
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).stream().anyMatch(change -> change.sentence().isPresent())) {
                broken.add(Rule.ALL.get(i).key());
            }
        }
        return broken;
    }

    /** The state of one rule at a step. */
    public State at(int rule, int step) {
        Optional<Integer> since = Optional.empty();
        Optional<String> now = Optional.empty();
        for (Change change : changes.get(rule)) {
            if (change.step() > step) {
                break;
            }
            if (since.isEmpty() && change.sentence().isPresent()) {
                since = Optional.of(change.step());
            }
            now = change.sentence();
        }
        return new State(since, now);
    }

    /**
     * @param firstBroken the step at which it first broke, up to the step asked for
     * @param sentence who breaks it at that step; empty when it holds there
     */
    public record State(Optional<Integer> firstBroken, Optional<String> sentence) {}
}
