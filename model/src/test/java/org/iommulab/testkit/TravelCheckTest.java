package org.iommulab.testkit;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Limits;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.junit.jupiter.api.Test;

/** The checks find what they are for. */
class TravelCheckTest {
    private static final Term COUNT = Term.count("count");

    private static final class Counter extends SimObject {
        final LongCell inTheJournal = new LongCell(this, Lane.CORE, COUNT);
        int outside;
        int looks;

        Counter(Machine machine) {
            super(machine);
        }

        void rise() {
            outside++;
            inTheJournal.add(1);
        }

        @Override
        public String label() {
            return "counter";
        }
    }

    @Test
    void journaledStateIsFine() {
        TravelCheck.everyStep(run(50, c -> () -> c.inTheJournal.get()));
        TravelCheck.shorterRunsAgree(
                run(50, c -> () -> c.inTheJournal.get()), limit -> run(limit, c -> () -> c.inTheJournal.get()), 5);
    }

    @Test
    void aViewThatDependsOnTheWayIsFound() {
        assertFound(() -> TravelCheck.everyStep(run(50, c -> () -> c.looks++)));
    }

    @Test
    void aViewThatChangesStateIsFound() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> TravelCheck.everyStep(run(50, c -> () -> c.inTheJournal.add(1))));
    }

    @Test
    void aPlainFieldIsFoundByShorterRuns() {
        assertFound(() -> TravelCheck.shorterRunsAgree(
                run(50, c -> () -> c.outside), limit -> run(limit, c -> () -> c.outside), 5));
    }

    private static void assertFound(Runnable check) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(check::run).withMessageContaining("moment at step");
    }

    private interface View {
        DoubleSupplier of(Counter counter);
    }

    private static Run run(int steps, View view) {
        var machine = new Machine(true, Limits.USUAL.withSteps(steps));
        var counter = new Counter(machine);
        try {
            for (int i = 0; i < 50; i++) {
                counter.rise();
            }
        } catch (LimitReached e) {
            machine.unwind();
        }
        return new CounterRun(machine.finish(), view.of(counter));
    }

    private record CounterRun(Recording recording, DoubleSupplier view) implements Run {
        @Override
        public Moment momentAt(int step) {
            new Cursor(recording).go(step);
            double seen = view.getAsDouble();
            return new Moment(
                    step, seen, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());
        }

        @Override
        public String title() {
            return "counter";
        }

        @Override
        public KernelBuild kernel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String boardLine() {
            return "";
        }

        @Override
        public Outcome outcome() {
            return new Outcome.Ok();
        }

        @Override
        public List<Chapter> chapters() {
            return List.of();
        }

        @Override
        public List<String> brokenRules() {
            return List.of();
        }

        @Override
        public List<Judgement> judgements() {
            return List.of();
        }

        @Override
        public List<CallbackEntry> callbacks() {
            return List.of();
        }

        @Override
        public long nanos() {
            return 0;
        }
    }
}
