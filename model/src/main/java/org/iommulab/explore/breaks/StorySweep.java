package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.Boots;
import org.iommulab.scenario.Rehearsal;
import org.iommulab.scenario.ScenarioFile;

/**
 * All cells of one story, level by level. A run that would ask the same questions and get the same answers as one before
 * is not run again; a callback that the unbroken run never looks for needs no run at all.
 */
final class StorySweep {
    private final ScenarioFile file;
    private final SweepRequest request;
    private final Deaths deaths;
    private final BooleanSupplier cancelled;
    private final List<Unbroken> unbroken = new ArrayList<>();
    private final Map<Tampering, List<Known>> known = new HashMap<>();
    private Optional<Rehearsal> rehearsal = Optional.empty();
    private int runs;

    /** A broken run of before: with which unbroken one it was compared, what it asked, and what came out. */
    private record Known(Unbroken usual, Asked asked, Cell cell) {}

    /**
     * What there is of one level.
     *
     * @param cells grows; those of callbacks that are not there are told apart by having no story
     * @param atBoot the callbacks that are looked for in the first act, and may need a run of their own
     */
    record Part(LevelKernel on, Unbroken usual, List<Cell> cells, List<Tampering> atBoot) {}

    StorySweep(ScenarioFile file, SweepRequest request, Shared shared, BooleanSupplier cancelled) {
        this.file = file;
        this.request = request;
        this.deaths = shared.deaths(file);
        this.cancelled = cancelled;
    }

    ScenarioFile file() {
        return file;
    }

    /** How many runs it took so far. */
    int runs() {
        return runs;
    }

    /**
     * All cells on one level but those of {@link Part#atBoot}, which {@link #finish} adds.
     *
     * @param boots of this board on this level
     */
    Part begin(LevelKernel on, Supplier<Boots> boots) {
        var part = new Part(on, unbrokenOn(on, boots), new ArrayList<>(), new ArrayList<>());
        for (String driver : on.drivers()) {
            rehearsal = Optional.empty();
            if (request.wants(driver)) {
                for (Callback callback : latestFirst(part.usual().asked(), driver)) {
                    if (request.wants(callback) && !cancelled.getAsBoolean()) {
                        cells(part, Tampering.removal(driver, callback), boots);
                    }
                }
            }
        }
        rehearsal = Optional.empty();
        return part;
    }

    /** Adds the cell of a callback that is looked for in the first act. */
    void finish(Part part, Tampering removal, Supplier<Boots> boots) {
        part.cells()
                .add(cell(
                        part,
                        removal,
                        () -> Take.of(
                                file,
                                part.on(),
                                boots.get().without(file, removal.removed()),
                                boots.get()::firstBreaches)));
    }

    /** In the order in which a rehearsal can go back to them. */
    private static List<Callback> latestFirst(Asked asked, String driver) {
        return Arrays.stream(Callback.values())
                .sorted(Comparator.comparingInt((Callback callback) -> asked.firstLook(driver, callback))
                        .reversed())
                .toList();
    }

    private Unbroken unbrokenOn(LevelKernel on, Supplier<Boots> boots) {
        return unbroken.stream()
                .filter(earlier -> request.sharing() && earlier.asked().isSameOn(on, Optional.empty()))
                .findFirst()
                .orElseGet(() -> {
                    runs++;
                    Unbroken fresh = Unbroken.of(
                            request.sharing()
                                    ? Take.of(file, on, boots.get().asItIs(file), boots.get()::firstBreaches)
                                    : Take.of(file, on, on.build()));
                    unbroken.add(fresh);
                    return fresh;
                });
    }

    private void cells(Part part, Tampering removal, Supplier<Boots> boots) {
        LevelKernel on = part.on();
        Asked asked = part.usual().asked();
        CellMaker maker = maker(part, removal);
        int look = asked.firstLook(removal.driver(), removal.callback());
        if (on.function(removal.driver(), removal.callback()).isEmpty()) {
            part.cells().add(maker.notThere(removal));
            return;
        }
        if (request.sharing() && !asked.lookedAt(removal.driver(), removal.callback())) {
            part.cells().add(maker.neverCalled(removal, part.usual()));
        } else if (!request.sharing() || look <= 0) {
            // at the power-on the machine is built with the table as it is
            part.cells().add(cell(part, removal, () -> Take.of(file, on, removal.on(on.build()))));
        } else if (part.usual().actAt(look) == 0) {
            part.atBoot().add(removal);
        } else {
            part.cells().add(cell(part, removal, () -> rehearsed(part, removal, look, boots)));
        }
        if (request.failNth() && removal.callback().failing() != Callback.Failing.NEVER) {
            // up to its n-th call the run is the unbroken one: there are as many runs in which a call fails as calls
            int calls = asked.calls(removal.driver(), removal.callback());
            for (int nth = 1; nth <= calls && !cancelled.getAsBoolean(); nth++) {
                Tampering failure = Tampering.failure(removal.driver(), removal.callback(), nth);
                part.cells().add(cell(part, failure, () -> Take.of(file, on, failure.on(on.build()))));
            }
        }
    }

    private CellMaker maker(Part part, Tampering tampering) {
        return new CellMaker(
                part.on(), new Subject(tampering.driver(), file.board().architecture()));
    }

    private Take rehearsed(Part part, Tampering removal, int look, Supplier<Boots> boots) {
        int act = part.usual().actAt(look);
        Rehearsal played = rehearsal.orElseGet(() -> boots.get().rehearsal(file, act));
        rehearsal = Optional.of(played);
        return Take.of(file, part.on(), played.without(removal.removed(), act));
    }

    private Cell cell(Part part, Tampering tampering, Supplier<Take> run) {
        LevelKernel on = part.on();
        Unbroken usual = part.usual();
        List<Known> before = known.computeIfAbsent(tampering, _ -> new ArrayList<>());
        for (Known each : before) {
            if (request.sharing() && each.usual() == usual && each.asked().isSameOn(on, Optional.of(tampering))) {
                return each.cell().of(file, on.level());
            }
        }
        Optional<Cell> death = request.sharing() ? deaths.find(file, on, tampering) : Optional.empty();
        if (death.isPresent()) {
            return death.get();
        }
        runs++;
        Take broken = run.get();
        Cell cell = maker(part, tampering).compared(tampering, Comparison.of(tampering, broken, usual));
        before.add(new Known(usual, broken.asked(), cell));
        deaths.remember(broken, usual, tampering, cell);
        return cell;
    }
}
