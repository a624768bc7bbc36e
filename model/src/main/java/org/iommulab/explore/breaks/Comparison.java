package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.EventKind;

/** What a broken run shows more than the unbroken one. */
final class Comparison {
    private static final String ACT = "act: ";
    private static final String LIMIT = "limit reached";

    private final Take broken;
    private final Unbroken unbroken;
    private final int same;
    private final List<Sign> signs = new ArrayList<>();
    private final Set<Effect> effects = EnumSet.noneOf(Effect.class);
    private Optional<String> error = Optional.empty();
    private final List<BrokenRule> rules = new ArrayList<>();
    private Optional<String> left = Optional.empty();

    private Comparison(Tampering tampering, Take broken, Unbroken unbroken) {
        this.broken = broken;
        this.unbroken = unbroken;
        this.same = broken.recording().sameAs(unbroken.take().recording());
        if (isDifferent()) {
            compare(tampering);
        }
    }

    static Comparison of(Tampering tampering, Take broken, Unbroken unbroken) {
        return new Comparison(tampering, broken, unbroken);
    }

    private void compare(Tampering tampering) {
        // a run that ends early is compared with what the unbroken one did up to there
        int upTo = unbroken.endOf(broken.lastAct());
        signs.addAll(Signs.without(Signs.behind(broken.recording(), same), unbroken.signs(same, upTo)));
        if (!tampering.isRemoval()) {
            theFailureItself().ifPresent(signs::remove);
        }
        signs.addAll(failedActs());
        // the state at the end is looked at before the rules travel
        left = broken.end().differenceFrom(unbroken.take().end());
        left.ifPresent(_ -> effects.add(Effect.SUSPICIOUS));
        rules(upTo);
        signs.sort(Comparator.comparingInt(Sign::step));
        signs.forEach(sign -> effects.add(sign.effect()));
        error = firstError(ACT).or(() -> firstError("")).map(words -> words.substring(words.lastIndexOf(' ') + 1));
    }

    private Optional<String> firstError(String prefix) {
        return signs.stream()
                .filter(sign -> sign.effect() == Effect.ERROR && sign.key().startsWith(prefix))
                .findFirst()
                .map(Sign::words);
    }

    // the call that was ordered to fail returns an error: that is no harm yet
    private Optional<Sign> theFailureItself() {
        return signs.stream()
                .filter(sign -> broken.recording().kind(sign.step()) == EventKind.LEAVE)
                .findFirst()
                .filter(sign -> !sign.lasting());
    }

    private List<Sign> failedActs() {
        var failed = new ArrayList<Sign>();
        List<Chapter> now = broken.stage().chapters();
        List<Chapter> usual = unbroken.take().stage().chapters();
        for (int i = 0; i < now.size(); i++) {
            Chapter chapter = now.get(i);
            String before = usual.get(i).result();
            if (!chapter.reached() || chapter.result().equals(before)) {
                continue;
            }
            if (chapter.result().equals(LIMIT)) {
                failed.add(act(chapter, Effect.SUSPICIOUS, " is too much for the lab: a limit is reached"));
            } else if (chapter.result().startsWith("-") || chapter.result().equals("cannot go on")) {
                failed.add(act(chapter, Effect.ERROR, " gets " + chapter.result()));
            } else if (before.startsWith("-")
                    && Character.isDigit(chapter.result().charAt(0))) {
                failed.add(act(chapter, Effect.WRONG_DATA, " goes through, which is refused with " + before));
            } else if (Character.isDigit(chapter.result().charAt(0)) && Character.isDigit(before.charAt(0))) {
                failed.add(act(chapter, Effect.SUSPICIOUS, " gets " + chapter.result() + ", not " + before));
            }
        }
        return failed;
    }

    private static Sign act(Chapter chapter, Effect effect, String what) {
        String words = "'" + chapter.title() + "'" + what;
        return new Sign(chapter.lastStep(), effect, ACT + words, words, true);
    }

    private void rules(int upTo) {
        RuleHistory history = RuleHistory.firstBreaches(
                broken.world(), new Cursor(broken.recording()), same + 1, rule -> !unbroken.breaks(rule, upTo));
        for (int i = 0; i < Rule.ALL.size(); i++) {
            Rule each = Rule.ALL.get(i);
            Optional<RuleHistory.Breach> breach = history.firstBreach(i);
            if (breach.isPresent()) {
                effects.add(effectOf(each));
                rules.add(new BrokenRule(
                        each.key(),
                        effectOf(each),
                        breach.get().step(),
                        breach.get().sentence()));
            }
        }
    }

    private static Effect effectOf(Rule rule) {
        return switch (rule.harm()) {
            case NOBODY_YET -> Effect.SUSPICIOUS;
            case WRONG_MEMORY -> Effect.WRONG_DATA;
            case FREED_MEMORY -> Effect.USE_AFTER_FREE;
        };
    }

    /** Whether the two runs differ at all. */
    boolean isDifferent() {
        return same < broken.recording().length()
                || same < unbroken.take().recording().length();
    }

    /** How many first steps are the same in both. */
    int same() {
        return same;
    }

    Take broken() {
        return broken;
    }

    Take unbrokenTake() {
        return unbroken.take();
    }

    /** In the order of steps. */
    List<Sign> signs() {
        return signs;
    }

    /** Empty when the run does without the callback. */
    Set<Effect> effects() {
        return effects;
    }

    Optional<String> error() {
        return error;
    }

    /** The one that breaks first. */
    Optional<BrokenRule> rule() {
        return rules.stream().min(Comparator.comparingInt(BrokenRule::step));
    }

    /** The first of those whose breach does the most harm. */
    Optional<BrokenRule> worstRule() {
        return rules.stream()
                .min(Comparator.comparing(BrokenRule::harm).reversed().thenComparingInt(BrokenRule::step));
    }

    List<BrokenRule> rules() {
        return rules;
    }

    /** What is left behind at the end, in words. */
    Optional<String> left() {
        return left;
    }
}
