package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.iommulab.board.World;
import org.iommulab.core.IommuDomain;
import org.iommulab.explore.breaks.ChainLink.Which;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;

/** Makes the chain from a tampering to its harm out of the two recordings. */
final class Why {
    /** Fields whose not changing is worth a clause: what the core, a driver and the DMA API believe. */
    private static final Set<String> BELIEFS = Set.of(
            "group.domain",
            "group.owner",
            "owner.domain",
            "iommu.domain",
            "data.domain",
            "domain",
            "dma_ops",
            "archdata.mapping");

    private final Tampering tampering;
    private final Comparison runs;
    private final Recording broken;
    private final Recording unbroken;
    private final List<ChainLink> links = new ArrayList<>();

    private Why(Tampering tampering, Comparison runs) {
        this.tampering = tampering;
        this.runs = runs;
        this.broken = runs.broken().recording();
        this.unbroken = runs.unbrokenTake().recording();
    }

    /** From the tampering to the worst harm, in the order of steps. */
    static List<ChainLink> chain(Tampering tampering, Comparison runs) {
        var why = new Why(tampering, runs);
        why.collect();
        return why.ordered();
    }

    static String sentence(List<ChainLink> chain) {
        return chain.stream().map(ChainLink::words).collect(Collectors.joining(" → "));
    }

    private void collect() {
        if (!diesOfItAtOnce()) {
            keptBelief().ifPresent(links::add);
        }
        runs.rule().ifPresent(rule -> link(rule.step(), rule.sentence()));
        runs.worstRule().ifPresent(rule -> link(rule.step(), rule.sentence()));
        first(sign -> sign.effect() == Effect.WARN);
        first(sign -> sign.effect() == Effect.ERROR);
        first(sign -> sign.effect() == Effect.ERROR && isAct(sign));
        for (Effect effect : List.of(
                Effect.SUSPICIOUS,
                Effect.WRONG_DATA,
                Effect.FAULT_STORM,
                Effect.USE_AFTER_FREE,
                Effect.OOPS,
                Effect.HANG)) {
            first(sign -> sign.effect() == effect);
        }
        theCallBehindAnAct();
        lastAct();
        if (Collections.max(runs.effects()) == Effect.SUSPICIOUS) {
            runs.left().ifPresent(words -> link(broken.length(), "at the end " + words));
        }
    }

    /** Which call gets the error that the act then gets. */
    private void theCallBehindAnAct() {
        runs.signs().stream()
                .filter(sign -> sign.effect() == Effect.ERROR && isAct(sign))
                .findFirst()
                .ifPresent(act -> first(sign -> sign.effect() == Effect.ERROR
                        && sign.lasting()
                        && sign.step() < act.step()
                        && errno(sign).equals(errno(act))));
    }

    private static String errno(Sign sign) {
        return sign.words().substring(sign.words().lastIndexOf(' ') + 1);
    }

    private boolean diesOfItAtOnce() {
        return runs.signs().stream().anyMatch(sign -> sign.effect() == Effect.OOPS && sign.step() == runs.same() + 1);
    }

    private static boolean isAct(Sign sign) {
        return sign.words().startsWith("'");
    }

    private void first(Predicate<Sign> fits) {
        runs.signs().stream().filter(fits).findFirst().ifPresent(sign -> link(sign.step(), sign.words()));
    }

    // what a person sees last: the display stays dark
    private void lastAct() {
        runs.signs().stream()
                .filter(sign -> sign.effect() == Effect.ERROR && isAct(sign))
                .reduce((_, second) -> second)
                .ifPresent(sign -> link(sign.step(), sign.words()));
    }

    private void link(int step, String words) {
        links.add(new ChainLink(step, Which.BROKEN, words));
    }

    private List<ChainLink> ordered() {
        links.sort(Comparator.comparingInt(ChainLink::step));
        var unique = new LinkedHashMap<String, ChainLink>();
        ChainLink cause = cause();
        unique.put(cause.words(), cause);
        links.forEach(link -> unique.putIfAbsent(link.words(), link));
        return List.copyOf(unique.values());
    }

    private ChainLink cause() {
        String name = tampering.callback().kernelName();
        if (!tampering.isRemoval()) {
            return new ChainLink(
                    runs.same() + 1,
                    Which.BROKEN,
                    "call " + tampering.nth() + " of " + name + " returns "
                            + tampering.error().map(error -> "-" + error).orElse("0"));
        }
        for (int step = runs.same() + 1; step <= broken.length(); step++) {
            if (broken.kind(step) == EventKind.MISSING && Callback.of(broken.a(step)) == tampering.callback()) {
                return new ChainLink(step, Which.BROKEN, tampering.callback().isNotThere());
            }
        }
        return new ChainLink(Math.min(runs.same() + 1, broken.length()), Which.BROKEN, tampering.callback().isNotThere());
    }

    /** The first belief that the unbroken run changes in the act where they part, and the broken one never does. */
    private Optional<ChainLink> keptBelief() {
        Optional<Chapter> act = runs.unbrokenTake().stage().chapters().stream()
                .filter(chapter -> chapter.firstStep() <= runs.same() + 1 && runs.same() + 1 <= chapter.lastStep())
                .findFirst();
        if (act.isEmpty()) {
            return Optional.empty();
        }
        for (int step = runs.same() + 1; step <= act.get().lastStep(); step++) {
            if (unbroken.kind(step) == EventKind.CHANGED
                    && unbroken.a(step) != 0
                    && BELIEFS.contains(unbroken.term(step).name())
                    && !changesInBroken(step)) {
                return Optional.of(new ChainLink(
                        runs.same() + 1,
                        Which.BROKEN,
                        unbroken.machine().labelOf(unbroken.objectId(step)) + " keeps " + name(unbroken.a(step))));
            }
        }
        return Optional.empty();
    }

    private boolean changesInBroken(int unbrokenStep) {
        for (int step = runs.same() + 1; step <= broken.length(); step++) {
            if (broken.kind(step) == EventKind.CHANGED
                    && broken.term(step) == unbroken.term(unbrokenStep)
                    && broken.objectId(step) == unbroken.objectId(unbrokenStep)
                    && broken.b(step) == unbroken.b(unbrokenStep)) {
                return true;
            }
        }
        return false;
    }

    private String name(long id) {
        World world = runs.unbrokenTake().world();
        SimObject object = world.machine().object((int) id);
        return object instanceof IommuDomain domain ? world.nameOf(domain) : object.label();
    }
}
