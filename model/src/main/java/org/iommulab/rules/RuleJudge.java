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
import org.iommulab.sim.Header;
import org.iommulab.sim.Lookers;
import org.iommulab.sim.Recording;

/**
 * Travels through a recording once and judges each rule wherever it may be judged and something that it looks at has
 * changed.
 */
final class RuleJudge {
    private static final Set<EventKind> CAUSES = EnumSet.copyOf(Moments.RELEVANT);

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

    /** The calls around the step, the innermost first: whether something is half done while they are under way. */
    private final Deque<Boolean> calls = new ArrayDeque<>();

    private int halfDone;

    /** The step that is judged next. */
    private int at;

    private RuleJudge(World world, Cursor cursor, boolean sparing, boolean firstOnly) {
        this.sparing = sparing;
        this.firstOnly = firstOnly;
        this.world = world;
        this.cursor = cursor;
        this.recording = cursor.recording();
        this.lookers = new Lookers(recording, TABLES, sparing);
        Rule.ALL.forEach(_ -> changes.add(new ArrayList<>()));
    }

    /** One that has judged what another has, and goes on by itself. */
    private RuleJudge(RuleJudge other, Cursor cursor) {
        sparing = other.sparing;
        firstOnly = other.firstOnly;
        world = other.world;
        this.cursor = cursor;
        recording = other.recording;
        lookers = other.lookers.copy();
        other.changes.forEach(known -> changes.add(new ArrayList<>(known)));
        concerned = other.concerned;
        wanted = other.wanted;
        System.arraycopy(other.stale, 0, stale, 0, stale.length);
        System.arraycopy(other.judged, 0, judged, 0, judged.length);
        calls.addAll(other.calls);
        halfDone = other.halfDone;
        at = other.at;
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
        judge.confine(about);
        return judge.travel(first);
    }

    /** Has judged the steps from a first to a last one, behind which the recording goes on. */
    static RuleJudge beginning(World world, Cursor cursor, int first, int last) {
        var judge = new RuleJudge(world, cursor, true, true);
        judge.begin(first);
        judge.goTo(last);
        return judge;
    }

    /** Of the rules in question the first breach: those of this beginning, and of what the recording goes on with now. */
    List<List<RuleHistory.Change>> goOn(Cursor from, Predicate<Rule> about) {
        var judge = new RuleJudge(this, from);
        judge.confine(about);
        judge.goTo(recording.length());
        from.last();
        return judge.changes;
    }

    private void confine(Predicate<Rule> about) {
        for (int i = 0; i < Rule.ALL.size(); i++) {
            if (!about.test(Rule.ALL.get(i))) {
                wanted &= ~(1 << i);
                changes.get(i).clear();
            }
        }
    }

    private List<List<RuleHistory.Change>> travel(int first) {
        begin(first);
        goTo(recording.length());
        cursor.last();
        return changes;
    }

    /** Nothing before a step is judged; the calls around it are known. */
    private void begin(int first) {
        Arrays.fill(stale, true);
        Arrays.fill(judged, first - 1);
        if (first <= recording.length()) {
            cursor.go(first - 1);
        }
        at = outermost(first - 1);
        for (; at < first; at++) {
            long header = recording.header(at);
            leaveCalls(Header.depth(header));
            enterCall(header);
        }
    }

    /** Judges all steps from where it stands to a last one. */
    private void goTo(int last) {
        for (; at <= last; at++) {
            long header = recording.header(at);
            EventKind kind = Header.kind(header);
            int depth = Header.depth(header);
            leaveCalls(depth);
            concerned |= sparing ? lookers.concerned(at) : EVERY_RULE;
            if (Header.changesState(header)) {
                Arrays.fill(stale, true);
            }
            if (Moments.isRelevant(header) || at == recording.length()) {
                judge(at, halfDone == 0, depth == 0);
            }
            int watchers = WATCHERS[kind.ordinal()] & wanted;
            if (watchers != 0) {
                watch(at, watchers);
            }
            enterCall(header);
        }
    }

    private void leaveCalls(int depth) {
        while (calls.size() > depth) {
            halfDone -= calls.pop() ? 1 : 0;
        }
    }

    private void enterCall(long header) {
        EventKind kind = Header.kind(header);
        if (kind == EventKind.ENTER || kind == EventKind.CALLBACK) {
            boolean busy = Moments.HALF_DONE.contains(Header.term(header));
            calls.push(busy);
            halfDone += busy ? 1 : 0;
        }
    }

    /** The step at which the outermost call begins that is under way at a step; the first step of all at 0. */
    private int outermost(int step) {
        int begin = Math.max(1, step);
        while (begin > 1 && recording.depth(begin) > 0) {
            begin--;
        }
        return begin;
    }

    // what an event broke stays broken
    private void watch(int step, int watchers) {
        for (int i = 0, rest = watchers; rest != 0; i++, rest >>>= 1) {
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
