package org.iommulab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutTest {
    private static final Term CALL = Term.function("call", "cut.c");

    @Test
    void twoRunsGiveTheSameBytes() {
        assertThat(RandomProgram.ofSteps(20_000, 9).bytes())
                .isEqualTo(RandomProgram.ofSteps(20_000, 9).bytes());
        assertThat(RandomProgram.ofSteps(500, 9).bytes())
                .isNotEqualTo(RandomProgram.ofSteps(500, 10).bytes());
    }

    @Test
    void bytesDoNotDependOnWhereTheCursorStands() {
        var program = RandomProgram.ofSteps(1000, 9);
        byte[] atEnd = program.bytes();
        new Cursor(program.recording()).go(300);
        assertThat(program.bytes()).isEqualTo(atEnd);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void goingOnDifferentlyAfterACutIsAsAFreshRun(long seed) {
        var cut = new RandomProgram(Machine.recording(), seed);
        cut.actions(3000);
        var mark = cut.mark();
        cut.actions(4000);
        var cursor = new Cursor(cut.recording());
        cursor.recording().checkpoints().clear(256);
        cursor.first();
        cursor.last();
        cursor.go(mark.step());
        cursor.cut();
        cut.forget(mark);
        cut.reseed(seed + 100);
        cut.actions(5000);

        var fresh = new RandomProgram(Machine.recording(), seed);
        fresh.actions(3000);
        fresh.reseed(seed + 100);
        fresh.actions(5000);

        assertThat(cut.bytes()).isEqualTo(fresh.bytes());
        for (int step = cursor.recording().length(); step > 0; step -= 97) {
            cursor.go(step);
            assertThat(cut.machine().fullDigest()).as("step %d", step).isEqualTo(fresh.digestAt(step));
        }
    }

    @Test
    void cutAtTheBeginningLeavesAnEmptyMachine() {
        var program = RandomProgram.ofSteps(300, 4);
        var cursor = new Cursor(program.recording());
        cursor.first();
        cursor.cut();
        assertThat(cursor.recording().length()).isZero();
        assertThat(program.machine().objectCount()).isZero();

        var again = new RandomProgram(program.machine(), 5);
        again.runTo(300);
        assertThat(again.bytes()).isEqualTo(RandomProgram.ofSteps(300, 5).bytes());
    }

    @Test
    void aMachineThatLooksBackRefusesToChange() {
        var program = RandomProgram.ofSteps(300, 4);
        var cursor = new Cursor(program.recording());
        byte[] before = program.bytes();
        cursor.go(120);
        long digest = program.machine().fullDigest();
        assertThatIllegalStateException().isThrownBy(program::changeQuietly).withMessageContaining("looking back");
        assertThatIllegalStateException()
                .isThrownBy(() -> program.machine().emit(EventKind.ENTER, Lane.CORE, CALL, 0, 0, 0))
                .withMessageContaining("looking back");
        assertThat(program.machine().fullDigest()).isEqualTo(digest);
        cursor.last();
        assertThat(program.bytes()).isEqualTo(before);
        program.changeQuietly();
        assertThat(program.bytes()).isNotEqualTo(before);
    }

    @Test
    void thereIsNoCutInsideACall() {
        // Seen: a cut just before a call's return was let through, because the return has the depth of the call.
        var machine = Machine.recording();
        var thing = new Label(machine);
        machine.run(Lane.CORE, CALL, thing, 0, 0, () -> machine.emit(EventKind.DATA, Lane.DMA, CALL, thing, 0, 0));
        var cursor = new Cursor(machine.finish());
        for (int step : new int[] {1, 2}) {
            cursor.go(step);
            assertThatIllegalStateException().isThrownBy(cursor::cut).withMessageContaining("inside a call");
        }
        cursor.go(3);
        cursor.cut();
        cursor.go(0);
        cursor.cut();
        assertThat(cursor.recording().length()).isZero();
    }

    @Test
    void onlyARecordingMachineHasARecording() {
        assertThatIllegalStateException().isThrownBy(Machine.unrecorded()::finish);
    }

    private static final class Label extends SimObject {
        Label(Machine machine) {
            super(machine);
        }

        @Override
        public String label() {
            return "label";
        }
    }

    @Test
    void eventsAloneStayWhenTheMachineGoesAnotherWay() {
        var program = new RandomProgram(Machine.recording(), 5);
        program.actions(3000);
        var mark = program.mark();
        program.actions(4000);
        Events kept = program.recording().eventsAlone();
        List<Event> before = events(program.recording());
        List<String> names = names(program.recording());
        var cursor = new Cursor(program.recording());
        cursor.go(mark.step());
        cursor.cut();
        program.forget(mark);
        program.reseed(6);
        program.actions(5000);

        assertThat(events(program.recording())).as("it is another way").isNotEqualTo(before);
        assertThat(events(kept)).isEqualTo(before);
        assertThat(names(kept)).isEqualTo(names);
        assertThat(program.recording().sameAs(kept)).isBetween(mark.step(), mark.step() + 20);
    }

    private static List<Event> events(Events of) {
        return IntStream.rangeClosed(1, of.length()).mapToObj(of::event).toList();
    }

    private static List<String> names(Events of) {
        return IntStream.rangeClosed(1, of.length())
                .mapToObj(step -> of.labels().labelOf(of.objectId(step)))
                .toList();
    }
}
