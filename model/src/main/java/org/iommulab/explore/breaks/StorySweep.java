package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Rehearsal;
import org.iommulab.scenario.ScenarioFile;

/**
 * All cells of one story, level by level. A run that would ask the same questions and get the same answers as one before
 * is not run again; a callback that the unbroken run never looks for needs no run at all.
 */
final class StorySweep {
    private final ScenarioFile file;
    private final SweepRequest request;
    private final Shared shared;
    private final BooleanSupplier cancelled;
    private final List<Unbroken> unbroken = new ArrayList<>();
    private final Map<Tampering, List<Known>> known = new HashMap<>();
    private Optional<Rehearsal> rehearsal = Optional.empty();
    private int runs;

    /** A broken run of before: with which unbroken one it was compared, what it asked, and what came out. */
    private record Known(Unbroken usual, Asked asked, Cell cell) {}

    StorySweep(ScenarioFile file, SweepRequest request, Shared shared, BooleanSupplier cancelled) {
        this.file = file;
        this.request = request;
        this.shared = shared;
        this.cancelled = cancelled;
    }

    /** How many runs it took so far. */
    int runs() {
        return runs;
    }

    /** The cells on one level; those of callbacks that are not there are told apart by having no story. */
    List<Cell> cells(Level level) {
        LevelKernel on = shared.kernel(file, level);
        Unbroken usual = unbrokenOn(on);
        var cells = new ArrayList<Cell>();
        for (String driver : on.drivers()) {
            rehearsal = Optional.empty();
            if (request.wants(driver)) {
                var maker = new CellMaker(on, new Subject(driver, file.board().architecture()));
                for (Callback callback : latestFirst(usual.take().asked(), driver)) {
                    if (request.wants(callback) && !cancelled.getAsBoolean()) {
                        cells(maker, on, usual, Tampering.removal(driver, callback), cells);
                    }
                }
            }
        }
        return cells;
    }

    /** In the order in which a rehearsal can go back to them. */
    private static List<Callback> latestFirst(Asked asked, String driver) {
        return Arrays.stream(Callback.values())
                .sorted(Comparator.comparingInt((Callback callback) -> asked.firstLook(driver, callback))
                        .reversed())
                .toList();
    }

    private Unbroken unbrokenOn(LevelKernel on) {
        return unbroken.stream()
                .filter(earlier -> request.sharing() && earlier.take().asked().isSameOn(on, Optional.empty()))
                .findFirst()
                .orElseGet(() -> {
                    runs++;
                    Unbroken fresh = Unbroken.of(Take.of(file, on, on.build()));
                    unbroken.add(fresh);
                    return fresh;
                });
    }

    private void cells(CellMaker maker, LevelKernel on, Unbroken usual, Tampering removal, List<Cell> cells) {
        Asked asked = usual.take().asked();
        if (on.function(removal.driver(), removal.callback()).isEmpty()) {
            cells.add(maker.notThere(removal));
            return;
        }
        cells.add(
                request.sharing() && !asked.lookedAt(removal.driver(), removal.callback())
                        ? maker.neverCalled(removal, usual)
                        : cell(maker, on, usual, removal));
        if (request.failNth() && removal.callback().failing() != Callback.Failing.NEVER) {
            // up to its n-th call the run is the unbroken one: there are as many runs in which a call fails as calls
            int calls = asked.calls(removal.driver(), removal.callback());
            for (int nth = 1; nth <= calls && !cancelled.getAsBoolean(); nth++) {
                cells.add(cell(maker, on, usual, Tampering.failure(removal.driver(), removal.callback(), nth)));
            }
        }
    }

    private Take take(LevelKernel on, Unbroken usual, Tampering tampering) {
        int look = usual.take().asked().firstLook(tampering.driver(), tampering.callback());
        // at the power-on the machine is built with the table as it is
        if (!request.sharing() || !tampering.isRemoval() || look <= 0) {
            return Take.of(file, on, tampering.on(on.build()));
        }
        int act = usual.actAt(look);
        Rehearsal played = rehearsal.orElseGet(() -> new Rehearsal(file, on.build(), act));
        rehearsal = Optional.of(played);
        return Take.of(file, on, played.without(tampering.driver(), tampering.callback(), act));
    }

    private Cell cell(CellMaker maker, LevelKernel on, Unbroken usual, Tampering tampering) {
        List<Known> before = known.computeIfAbsent(tampering, _ -> new ArrayList<>());
        for (Known each : before) {
            if (request.sharing() && each.usual() == usual && each.asked().isSameOn(on, Optional.of(tampering))) {
                return each.cell().of(file, on.level());
            }
        }
        Optional<Cell> death = request.sharing() ? shared.death(file, on, tampering) : Optional.empty();
        if (death.isPresent()) {
            return death.get();
        }
        runs++;
        Take broken = take(on, usual, tampering);
        Cell cell = maker.compared(tampering, Comparison.of(tampering, broken, usual));
        before.add(new Known(usual, broken.asked(), cell));
        shared.remember(broken, usual, tampering, cell);
        return cell;
    }
}
