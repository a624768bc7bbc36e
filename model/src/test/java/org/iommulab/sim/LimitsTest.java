package org.iommulab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {
    private static final Term CALL = Term.function("recurse", "limits.c");

    static Stream<Arguments> limits() {
        return Stream.of(
                Arguments.of("steps", new Limits(1000, 100_000, 1000, 1 << 20)),
                Arguments.of("state cells", new Limits(100_000, 300, 1000, 1 << 20)),
                Arguments.of("objects", new Limits(100_000, 100_000, 7, 1 << 20)),
                Arguments.of("bytes of simulated memory", new Limits(100_000, 100_000, 1000, 70_001)));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void whatWasRecordedBeforeALimitStaysUsable(String what, Limits limits) {
        var machine = new Machine(true, limits);
        var program = new RandomProgram(machine, 17);
        assertThatExceptionOfType(LimitReached.class)
                .isThrownBy(() -> program.runTo(90_000))
                .withMessageContaining(what);
        machine.unwind();
        program.noteEnd();

        var cursor = new Cursor(machine.finish());
        int length = cursor.recording().length();
        assertThat(length).isPositive().isLessThanOrEqualTo(limits.steps());
        cursor.first();
        assertThat(machine.fullDigest()).isEqualTo(RandomProgram.EMPTY);
        for (int step = 1; step <= length; step++) {
            cursor.into();
            assertThat(machine.digest()).as("step %d", step).isEqualTo(program.digestAt(step));
        }
        cursor.last();
        cursor.cut();
    }

    @Test
    void anUnrecordedMachineHasTheSameLimitOfSteps() {
        var machine = new Machine(false, Limits.USUAL.withSteps(5));
        for (int i = 0; i < 5; i++) {
            machine.emit(EventKind.ENTER, Lane.CORE, CALL, 0, 0, 0);
        }
        assertThatExceptionOfType(LimitReached.class)
                .isThrownBy(() -> machine.emit(EventKind.ENTER, Lane.CORE, CALL, 0, 0, 0));
        assertThat(machine.steps()).isEqualTo(5);
    }

    @Test
    void endlessRecursionReachesALimitAndNotTheEndOfTheStack() {
        var machine = Machine.recording();
        var thing = new SimObject(machine) {
            @Override
            public String label() {
                return "thing";
            }

            void recurse() {
                machine().run(Lane.CORE, CALL, this, 0, 0, this::recurse);
            }
        };
        assertThatExceptionOfType(LimitReached.class).isThrownBy(thing::recurse).withMessageContaining("nested calls");
    }

    @Test
    void roomForNegativeOrOverflowingCountsIsNotGiven() {
        var machine = Machine.recording();
        assertThatExceptionOfType(LimitReached.class).isThrownBy(() -> machine.newCells(Integer.MAX_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> machine.newCells(-1));
    }

    @Test
    void limitsMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> Limits.USUAL.withSteps(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1, 16, 65_536, 1));
    }
}
