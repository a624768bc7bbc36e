package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.iommulab.explore.why.Chain;
import org.iommulab.explore.why.Harm;
import org.iommulab.explore.why.Harms;
import org.iommulab.explore.why.Parted;
import org.iommulab.explore.why.Why;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.Lane;

/** What a broken run shows more than the unbroken one. */
final class Comparison {
    private static final String LIMIT = "limit reached";

    private final Take broken;
    private final Unbroken unbroken;
    private final int same;
    private final List<Harm> signs = new ArrayList<>();
    private final Set<Effect> effects = EnumSet.noneOf(Effect.class);
    private Optional<String> error = Optional.empty();
    private final List<BrokenRule> rules = new ArrayList<>();
    private Optional<String> left = Optional.empty();

    private Comparison(Tampering tampering, Take broken, Unbroken unbroken) {
        this.broken = broken;
        this.unbroken = unbroken;
        this.same = broken.recording().sameAs(unbroken.events());
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
        signs.addAll(NewHarms.of(
                Harms.behind(broken.recording(), same),
                broken.stage().chapters(),
                unbroken.harms(same, upTo),
                unbroken.chapters()));
        if (!tampering.isRemoval()) {
            theFailureItself().ifPresent(signs::remove);
        }
        signs.addAll(otherActs());
        signs.sort(Comparator.comparingInt(Harm::step));
        signs.forEach(harm -> effects.add(Effect.of(harm.kind())));
        // the state at the end is looked at before the rules travel
        left = broken.end().differenceFrom(unbroken.end());
        left.ifPresent(_ -> effects.add(Effect.SUSPICIOUS));
        rules(upTo);
        error = firstError(Harm::isAct).or(() -> firstError(_ -> true));
    }

    private Optional<String> firstError(Predicate<Harm> fits) {
        return signs.stream()
                .filter(harm -> Effect.of(harm.kind()) == Effect.ERROR && fits.test(harm))
                .map(harm -> harm.words().substring(harm.words().lastIndexOf(' ') + 1))
                .filter(word -> word.startsWith("-"))
                .findFirst();
    }

    // the call that was ordered to fail returns an error: that is no harm yet
    private Optional<Harm> theFailureItself() {
        return signs.stream()
                .filter(harm -> harm.kind() == Harm.Kind.ERROR)
                .findFirst()
                .filter(harm -> broken.recording().lane(harm.step()) == Lane.DRIVER);
    }

    private List<Harm> otherActs() {
        var others = new ArrayList<Harm>();
        List<Chapter> now = broken.stage().chapters();
        List<Chapter> usual = unbroken.chapters();
        for (int i = 0; i < now.size(); i++) {
            Chapter act = now.get(i);
            String before = usual.get(i).result();
            if (!act.reached() || act.result().equals(before)) {
                continue;
            }
            if (act.result().equals(LIMIT)) {
                others.add(Harms.ofAct(act, Harm.Kind.OTHERWISE, "is too much for the lab: a limit is reached"));
            } else if (act.result().startsWith("-")) {
                others.add(Harms.ofAct(act, Harm.Kind.ACT, "gets " + act.result()));
            } else if (act.result().equals("cannot go on")) {
                others.add(Harms.ofAct(act, Harm.Kind.ACT, "cannot go on"));
            } else if (before.startsWith("-") && isNumber(act.result())) {
                others.add(Harms.ofAct(act, Harm.Kind.PASSES, "goes through, and should get " + before));
            } else if (isNumber(act.result()) && isNumber(before)) {
                others.add(Harms.ofAct(
                        act, Harm.Kind.OTHERWISE, "gets " + number(act.result()) + ", not " + number(before)));
            }
        }
        return others;
    }

    private static boolean isNumber(String result) {
        return Character.isDigit(result.charAt(0));
    }

    // what is larger than a count is an address or a length
    private static String number(String decimal) {
        long value = Long.parseUnsignedLong(decimal);
        return Long.compareUnsigned(value, 4096) < 0 ? decimal : "0x" + Long.toHexString(value);
    }

    private void rules(int upTo) {
        RuleHistory history = broken.rules().from(same + 1, rule -> !unbroken.breaks(rule, upTo));
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
        return same < broken.recording().length() || same < unbroken.events().length();
    }

    /** How many first steps are the same in both. */
    int same() {
        return same;
    }

    Take broken() {
        return broken;
    }

    Unbroken unbroken() {
        return unbroken;
    }

    /** In the order of steps. */
    List<Harm> signs() {
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

    /** From the tampering to the worst harm, and to what a person sees last. */
    List<Chain.Link> chain(Tampering tampering) {
        var harms = new ArrayList<>(signs);
        rules.forEach(rule -> harms.add(new Harm(rule.step(), Harm.Kind.RULE, rule.sentence())));
        Effect worst = Collections.max(effects);
        if (worst == Effect.SUSPICIOUS) {
            left.ifPresent(words ->
                    harms.add(new Harm(broken.recording().length(), Harm.Kind.OTHERWISE, "at the end " + words)));
        }
        harms.sort(Comparator.comparingInt(Harm::step));
        var runs =
                new Parted(broken.recording(), broken.stage().chapters(), unbroken.events(), unbroken.chapters(), same);
        return Why.of(
                runs,
                Cause.of(tampering, broken.recording(), same),
                harms,
                harms.stream()
                        .filter(harm -> effectOf(harm) == worst)
                        .min(Comparator.comparing(harm -> !harm.isAct()))
                        .orElseThrow());
    }

    private Effect effectOf(Harm harm) {
        return rules.stream()
                .filter(rule -> harm.kind() == Harm.Kind.RULE && rule.sentence().equals(harm.words()))
                .findFirst()
                .map(BrokenRule::harm)
                .orElseGet(() -> Effect.of(harm.kind()));
    }

    List<BrokenRule> rules() {
        return rules;
    }

    /** What is left behind at the end, in words. */
    Optional<String> left() {
        return left;
    }
}
