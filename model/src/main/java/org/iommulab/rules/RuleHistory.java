package org.iommulab.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.iommulab.board.World;
import org.iommulab.sim.Cursor;

/** When each rule broke and when it held again, over a whole recording. */
public final class RuleHistory {
    private final List<List<Change>> changes;

    private RuleHistory(List<List<Change>> changes) {
        this.changes = changes;
    }

    /**
     * A rule breaks, holds again, or is broken in another way.
     *
     * @param step where that was noticed
     * @param cause the event that brought it about
     * @param sentence who breaks it and how; empty when it holds
     */
    record Change(int step, int cause, Optional<String> sentence) {}

    /** Travels through the recording once, from its first step to its last; the cursor ends at the last. */
    public static RuleHistory of(World world, Cursor cursor) {
        return new RuleHistory(RuleJudge.everything(world, cursor));
    }

    /**
     * Only where rules break for the first time, and nothing before a step: for a run of which the beginning is known.
     *
     * @param about which rules
     */
    public static RuleHistory firstBreaches(World world, Cursor cursor, int first, Predicate<Rule> about) {
        return new RuleHistory(RuleJudge.firstBreaches(world, cursor, first, about));
    }

    /** What {@link #firstBreaches} says of a recording whose beginning has been judged. */
    static RuleHistory goingOn(RuleJudge beginning, Cursor cursor, Predicate<Rule> about) {
        return new RuleHistory(beginning.goOn(cursor, about));
    }

    /** The same as {@link #of}, but every rule is judged again whatever has changed. */
    static RuleHistory judgedEachTime(World world, Cursor cursor) {
        return new RuleHistory(RuleJudge.eachTime(world, cursor));
    }

    /** All that it knows, in words that can be compared. */
    String text() {
        return changes.toString();
    }

    /** Keys of the rules that broke at any step; those that are only suspicions do not count. */
    public List<String> brokenRules() {
        return broken(false);
    }

    /** Keys of the suspicions that came up at any step. */
    public List<String> suspicions() {
        return broken(true);
    }

    private List<String> broken(boolean suspicions) {
        var broken = new ArrayList<String>();
        for (int i = 0; i < changes.size(); i++) {
            if (Rule.ALL.get(i).isSuspicion() == suspicions && firstBreach(i).isPresent()) {
                broken.add(Rule.ALL.get(i).key());
            }
        }
        return broken;
    }

    /** Where a rule broke for the first time. */
    public Optional<Breach> firstBreach(int rule) {
        for (Change change : changes.get(rule)) {
            if (change.sentence().isPresent()) {
                return Optional.of(new Breach(change.cause(), change.sentence().get()));
            }
        }
        return Optional.empty();
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
                since = Optional.of(change.cause());
            }
            now = change.sentence();
        }
        return new State(since, now);
    }

    /**
     * A rule broke.
     *
     * @param step the event that broke it, not the one that noticed
     * @param sentence who breaks it and how
     */
    public record Breach(int step, String sentence) {}

    /**
     * @param firstBroken the event that first broke it, up to the step asked for
     * @param sentence who breaks it at that step; empty when it holds there
     */
    public record State(Optional<Integer> firstBroken, Optional<String> sentence) {}
}
