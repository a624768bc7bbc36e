package org.iommulab.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.iommulab.board.World;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lookers;
import org.iommulab.sim.Recording;
import org.iommulab.sim.TermSet;

/**
 * Travels through a recording once and judges each rule wherever it may be judged and something that it looks at has
 * changed.
 */
final class RuleJudge {
    // Only these change what a rule looks at.
    private static final Set<EventKind> RELEVANT = EnumSet.of(
            EventKind.CHANGED,
            EventKind.LEAVE,
            EventKind.REGISTER_WRITE,
            EventKind.TLB_FILL,
            EventKind.TLB_FLUSH,
            EventKind.USE_AFTER_FREE);

    // While one of these is under way, belief and hardware are allowed to differ.
    private static final TermSet HALF_DONE = new TermSet(Set.of(
            "iommu_attach_device",
            "iommu_detach_device",
            "iommu_deferred_attach",
            "iommu_attach_group",
            "iommu_detach_group",
            "iommu_attach_group_handle",
            "iommu_detach_group_handle",
            "iommu_replace_group_handle",
            "iommu_group_claim_dma_owner",
            "iommu_group_release_dma_owner",
            "iommu_device_claim_dma_owner",
            "iommu_device_release_dma_owner",
            "iommu_map",
            "iommu_unmap",
            "__iommu_dma_unmap",
            // iommu_unmap_fast, piece by piece, then one sync
            "vfio_unmap_unpin",
            // a default domain changes, or a device goes while others of its group are on their way, too
            "iommu_group_store_type",
            "pci_stop_and_remove_bus_device",
            "iommu_probe_device",
            "bus_iommu_probe",
            "iommu_release_device",
            // arm64 attaches the default domain before it sets dma_ops, and takes those back while there is a driver
            // yet
            "of_dma_configure_id",
            "acpi_dma_configure_id",
            "device_unbind_cleanup",
            "arm_iommu_attach_device",
            "arm_iommu_detach_device",
            "arch_setup_dma_ops",
            "arm_teardown_iommu_dma_ops",
            "iommu_domain_free",
            "rpm_resume",
            "rpm_suspend")::contains);

    // that a lock is taken says nothing; what changed with it is looked at with the next event
    private static final TermSet LOCKS = new TermSet(name -> name.endsWith("lock") || name.endsWith("mutex"));

    private static final Set<EventKind> CAUSES = EnumSet.copyOf(RELEVANT);

    static {
        CAUSES.add(EventKind.TABLE_WRITE);
        CAUSES.add(EventKind.MEMORY);
    }

    /** By kind of event: a bit for each rule that watches it. */
    private static final int[] WATCHERS = new int[EventKind.values().length];

    /** By {@link Rule.Quiet}: a bit for each rule that is judged by the state then. */
    private static final int[] JUDGED = new int[Rule.Quiet.values().length];

    private static final int EVERY_RULE = -1;

    /** A bit for each rule that looks into tables. */
    private static final int TABLES;

    static {
        int tables = 0;
        for (int i = 0; i < Rule.ALL.size(); i++) {
            Rule rule = Rule.ALL.get(i);
            for (EventKind kind : rule.watched()) {
                WATCHERS[kind.ordinal()] |= 1 << i;
            }
            if (rule.watched().isEmpty()) {
                JUDGED[rule.quiet().ordinal()] |= 1 << i;
            }
            tables |= rule.looksIntoTables() ? 1 << i : 0;
        }
        TABLES = tables;
    }

    private final World world;
    private final Cursor cursor;
    private final Recording recording;
    private final List<List<RuleHistory.Change>> changes = new ArrayList<>();
    private final Lookers lookers;

    /** A bit for each rule of whose state something has changed since it was judged. */
    private int concerned = EVERY_RULE;

    private final boolean sparing;

    /** A bit for each rule that is judged at all, or still. */
    private int wanted = EVERY_RULE;

    /** A rule that has broken is not judged any more. */
    private final boolean firstOnly;

    /** By {@link Rule.Quiet}: the state has changed since rules of this kind were judged. */
    private final boolean[] stale = new boolean[Rule.Quiet.values().length];

    /** By {@link Rule.Quiet}: the last step at which rules of this kind were judged. */
    private final int[] judged = new int[Rule.Quiet.values().length];

    private RuleJudge(World world, Cursor cursor, boolean sparing, boolean firstOnly) {
        this.sparing = sparing;
        this.firstOnly = firstOnly;
        this.world = world;
        this.cursor = cursor;
        this.recording = cursor.recording();
        this.lookers = new Lookers(recording, TABLES, sparing);
        Rule.ALL.forEach(_ -> changes.add(new ArrayList<>()));
    }

    /** Every change of every rule. */
    static List<List<RuleHistory.Change>> everything(World world, Cursor cursor) {
        return new RuleJudge(world, cursor, true, false).travel(1);
    }

    /** The same; every rule is judged again whatever has changed: for those who doubt {@link Lookers}. */
    static List<List<RuleHistory.Change>> eachTime(World world, Cursor cursor) {
        return new RuleJudge(world, cursor, false, false).travel(1);
    }

    /** Of the rules in question the first breach from a step on. */
    static List<List<RuleHistory.Change>> firstBreaches(World world, Cursor cursor, int first, Predicate<Rule> about) {
        var judge = new RuleJudge(world, cursor, true, true);
        for (int i = 0; i < Rule.ALL.size(); i++) {
            judge.wanted &= about.test(Rule.ALL.get(i)) ? EVERY_RULE : ~(1 << i);
        }
        return judge.travel(first);
    }

    private List<List<RuleHistory.Change>> travel(int first) {
        Deque<Boolean> calls = new ArrayDeque<>();
        int halfDone = 0;
        Arrays.fill(stale, true);
        Arrays.fill(judged, first - 1);
        if (first <= recording.length()) {
            cursor.go(first - 1);
        }
        for (int step = outermost(first - 1); step <= recording.length(); step++) {
            EventKind kind = recording.kind(step);
            while (calls.size() > recording.depth(step)) {
                halfDone -= calls.pop() ? 1 : 0;
            }
            if (step >= first) {
                concerned |= sparing ? lookers.concerned(step) : EVERY_RULE;
                if (recording.changesState(step)) {
                    Arrays.fill(stale, true);
                }
                if (isRelevant(step, kind) || step == recording.length()) {
                    judge(step, halfDone == 0, recording.depth(step) == 0);
                }
            }
            if (step >= first) {
                watch(step, WATCHERS[kind.ordinal()]);
            }
            if (kind == EventKind.ENTER || kind == EventKind.CALLBACK) {
                boolean busy = HALF_DONE.contains(recording.term(step));
                calls.push(busy);
                halfDone += busy ? 1 : 0;
            }
        }
        cursor.last();
        return changes;
    }

    /** The step at which the outermost call begins that is under way at a step; the first step of all at 0. */
    private int outermost(int step) {
        int begin = Math.max(1, step);
        while (begin > 1 && recording.depth(begin) > 0) {
            begin--;
        }
        return begin;
    }

    private boolean isRelevant(int step, EventKind kind) {
        return RELEVANT.contains(kind) && (kind != EventKind.CHANGED || !LOCKS.contains(recording.term(step)));
    }

    // what an event broke stays broken
    private void watch(int step, int watchers) {
        for (int i = 0, rest = watchers & wanted; rest != 0; i++, rest >>>= 1) {
            Rule rule = Rule.ALL.get(i);
            if ((rest & 1) != 0 && changes.get(i).isEmpty() && rule.isAbout(recording, step)) {
                cursor.go(step);
                int broken = i;
                rule.violation(world, recording, step)
                        .ifPresent(sentence ->
                                changes.get(broken).add(new RuleHistory.Change(step, step, Optional.of(sentence))));
            }
        }
    }

    private void judge(int step, boolean nothingHalfDone, boolean betweenActions) {
        judge(step, Rule.Quiet.ALWAYS);
        if (nothingHalfDone) {
            judge(step, Rule.Quiet.NOTHING_HALF_DONE);
        }
        if (betweenActions) {
            judge(step, Rule.Quiet.BETWEEN_ACTIONS);
        }
    }

    private void judge(int step, Rule.Quiet quiet) {
        if (!stale[quiet.ordinal()]) {
            return;
        }
        stale[quiet.ordinal()] = false;
        int due = concerned & wanted & JUDGED[quiet.ordinal()];
        concerned &= ~due;
        if (due != 0) {
            cursor.go(step);
        }
        for (int i = 0; due != 0; i++, due >>>= 1) {
            if ((due & 1) != 0) {
                Rule rule = Rule.ALL.get(i);
                Optional<String> sentence = lookers.look(i, () -> rule.violation(world));
                List<RuleHistory.Change> known = changes.get(i);
                Optional<String> before =
                        known.isEmpty() ? Optional.empty() : known.getLast().sentence();
                if (!before.equals(sentence)) {
                    boolean breaks = before.isEmpty();
                    known.add(new RuleHistory.Change(
                            step, breaks ? causeOf(rule, step, judged[quiet.ordinal()]) : step, sentence));
                    wanted &= firstOnly ? ~(1 << i) : EVERY_RULE;
                }
            }
        }
        judged[quiet.ordinal()] = step;
    }

    /** The event since which the rule does not hold any more, behind the last step at which it held for sure. */
    private int causeOf(Rule rule, int noticed, int held) {
        int cause = noticed;
        for (int step = noticed - 1; step > held; step--) {
            if (CAUSES.contains(recording.kind(step))) {
                cursor.go(step);
                if (rule.violation(world).isEmpty()) {
                    break;
                }
                cause = step;
            }
        }
        cursor.go(noticed);
        return cause;
    }
}
