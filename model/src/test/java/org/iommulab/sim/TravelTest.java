package org.iommulab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TravelTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyStepHasTheStateThatItHadWhileItRan(long seed) {
        var program = RandomProgram.ofSteps(2000, seed);
        var cursor = new Cursor(program.recording());
        cursor.recording().checkpoints().clear(64);

        for (int step = cursor.recording().length(); step > 0; step--) {
            assertState(program, cursor, step);
            cursor.back();
        }
        assertState(program, cursor, 0);
        for (int step = 0; step < cursor.recording().length(); step++) {
            assertThat(cursor.step()).isEqualTo(step);
            cursor.into();
            assertState(program, cursor, step + 1);
        }
    }

    private static void assertState(RandomProgram program, Cursor cursor, int step) {
        assertThat(cursor.step()).isEqualTo(step);
        assertThat(program.machine().digest()).as("digest at step %d", step).isEqualTo(program.digestAt(step));
        assertThat(program.machine().fullDigest())
                .as("full digest at step %d", step)
                .isEqualTo(program.digestAt(step));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1000, 1 << 16})
    void seeksFindTheStateWhateverTheDistanceOfCheckpoints(int spacing) {
        var program = RandomProgram.ofSteps(5000, spacing);
        var recording = program.recording();
        recording.checkpoints().clear(spacing);
        seek(program, 2000, new Random(spacing));
        var cursor = new Cursor(recording);
        cursor.last();
        for (int step = recording.length(); step >= 0; step--) {
            cursor.go(step);
        }
        assertThat(recording.checkpoints().size()).isLessThanOrEqualTo(64);
        assertThat(recording.checkpoints().size())
                .isEqualTo((recording.length() - 1) / recording.checkpoints().spacing());
    }

    private static void seek(RandomProgram program, int times, Random random) {
        var cursor = new Cursor(program.recording());
        int length = program.recording().length();
        for (int i = 0; i < times; i++) {
            int step = switch (random.nextInt(20)) {
                case 0 -> 0;
                case 1 -> length;
                case 2, 3 -> Math.min(length, random.nextInt(length / 64) * 64);
                default -> random.nextInt(length + 1);
            };
            cursor.go(step);
            assertThat(program.machine().digest())
                    .as("seek %d to step %d", i, step)
                    .isEqualTo(program.digestAt(step));
        }
    }

    @Test
    @Tag("slow")
    void hundredThousandSeeksInAMillionSteps() {
        var program = RandomProgram.ofSteps(1_000_000, 42);
        program.recording().checkpoints().clear(1 << 12);
        seek(program, 100_000, new Random(43));
        assertThat(program.recording().checkpoints().size()).isBetween(30, 64);
        assertThat(program.recording().checkpoints().bytes()).isLessThanOrEqualTo(64L << 20);
    }

    @Test
    void changesAfterTheLastEventBelongToTheLastStep() {
        // Seen: after going away from the end and back, changes that no event had followed were still there on the way.
        // Why: the journal knows a change's step by the event after it, and the last changes had none.
        var program = RandomProgram.ofSteps(100, 5);
        program.changeQuietly();
        program.noteEnd();
        var cursor = new Cursor(program.recording());
        int end = cursor.recording().length();
        cursor.back();
        assertThat(program.machine().digest()).isEqualTo(program.digestAt(end - 1));
        cursor.into();
        assertThat(program.machine().digest()).isEqualTo(program.digestAt(end));
        cursor.first();
        assertThat(program.machine().fullDigest()).isEqualTo(RandomProgram.EMPTY);
        cursor.last();
        assertThat(program.machine().fullDigest()).isEqualTo(program.digestAt(end));
    }

    @Test
    void aRecordingWithoutEventsHasOneStep() {
        var machine = Machine.recording();
        var program = new RandomProgram(machine, 1);
        program.changeQuietly();
        long digest = machine.digest();
        var cursor = new Cursor(machine.finish());
        cursor.first();
        cursor.last();
        cursor.over();
        cursor.backOut();
        assertThat(cursor.step()).isZero();
        assertThat(machine.fullDigest()).isEqualTo(digest);
    }

    @Test
    void stepZeroIsTheMachineAsItWasPoweredOn() {
        var machine = Machine.recording();
        var program = new RandomProgram(machine, 6);
        program.changeQuietly();
        machine.powerOn();
        long atStart = machine.digest();
        assertThat(atStart).isNotEqualTo(RandomProgram.EMPTY);
        program.runTo(1000);
        var cursor = new Cursor(machine.finish());
        cursor.recording().checkpoints().clear(64);
        for (int i = 0; i < 3; i++) {
            cursor.first();
            assertThat(machine.fullDigest()).isEqualTo(atStart);
            cursor.go(500);
            assertThat(machine.fullDigest()).isEqualTo(program.digestAt(500));
        }
        cursor.first();
        cursor.cut();
        assertThat(machine.fullDigest()).isEqualTo(atStart);
        assertThatIllegalStateException().isThrownBy(() -> {
            program.forget(new RandomProgram.Mark(0, 1));
            program.actions(1);
            machine.powerOn();
        });
    }

    @Test
    void allCursorsOfARecordingStandAtTheSameStep() {
        var program = RandomProgram.ofSteps(500, 3);
        var one = new Cursor(program.recording());
        one.go(100);
        var other = new Cursor(program.recording());
        assertThat(other.step()).isEqualTo(100);
        other.go(200);
        one.go(150);
        assertThat(other.step()).isEqualTo(150);
        assertThat(program.machine().fullDigest()).isEqualTo(program.digestAt(150));
    }

    @Test
    void stepsOutsideTheRecordingAreRefused() {
        var cursor = new Cursor(RandomProgram.ofSteps(10, 1).recording());
        int length = cursor.recording().length();
        assertThat(catchThrowable(() -> cursor.go(-1))).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(catchThrowable(() -> cursor.go(length + 1))).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(cursor.step()).isEqualTo(length);
    }
}
