package org.iommulab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordingTest {
    private static final Term TERM = Term.hex("recording test");

    @ParameterizedTest
    @EnumSource
    void everyKindKeepsWhatWasWritten(EventKind kind) {
        var machine = Machine.recording();
        machine.emit(kind, Lane.DMA, TERM, 65_535, Long.MIN_VALUE, -1);
        var event = machine.finish().event(1);
        assertThat(event.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT))
                .isEqualTo(kind.name().replace("_", ""));
        assertThat(event.step()).isEqualTo(1);
        assertThat(event.lane()).isEqualTo(Lane.DMA);
        assertThat(event.depth()).isZero();
        assertThat(event.term()).isSameAs(TERM);
        assertThat(event.object()).isEqualTo(65_535);
        if (kind != EventKind.CHAPTER) {
            assertThat(event.toString()).contains("=" + Long.MIN_VALUE);
        }
    }

    @Test
    void columnsAgreeWithRecordsOverManyChunks() {
        var machine = Machine.recording();
        var random = new Random(8);
        var kinds = EventKind.values();
        var lanes = Lane.values();
        for (int i = 0; i < 20_000; i++) {
            machine.emit(kinds[random.nextInt(kinds.length)], lanes[random.nextInt(lanes.length)], TERM, i, i, -i);
        }
        var recording = machine.finish();
        assertThat(recording.length()).isEqualTo(20_000);
        for (int step = 1; step <= recording.length(); step++) {
            var event = recording.event(step);
            assertThat(recording.objectId(step)).isEqualTo(step - 1).isEqualTo(event.object());
            assertThat(recording.lane(step)).isEqualTo(event.lane());
            assertThat(recording.depth(step)).isEqualTo(event.depth());
            assertThat(recording.kind(step).decode(step, event.lane(), 0, TERM, step - 1, step - 1, 1 - step))
                    .isEqualTo(event);
        }
    }

    @Test
    void anObjectThatDoesNotFitItsColumnIsRefused() {
        var machine = Machine.recording();
        for (int object : new int[] {-1, 65_536}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> machine.emit(EventKind.DATA, Lane.DMA, TERM, object, 0, 0));
        }
        assertThat(machine.steps()).isZero();
    }

    @Test
    void thereIsNoEventAtStepZeroOrAfterTheEnd() {
        var machine = Machine.recording();
        machine.emit(EventKind.DATA, Lane.DMA, TERM, 0, 0, 0);
        for (int step : new int[] {-1, 0, 2}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> machine.finish().event(step));
        }
    }

    @Test
    void bytesNameTermsInTheOrderOfTheirFirstUse() throws IOException {
        // Numbered in the opposite order, as another JVM might do.
        var second = Term.count("used second");
        var first = Term.count("used first");
        var machine = Machine.recording();
        for (var term : List.of(first, second, first)) {
            machine.emit(EventKind.CHANGED, Lane.CORE, term, 0, 1, 2);
        }
        var out = new ByteArrayOutputStream();
        machine.finish().writeTo(out);
        String text = out.toString(StandardCharsets.ISO_8859_1);
        assertThat(text.indexOf("used first")).isPositive().isLessThan(text.indexOf("used second"));
        assertThat(text.indexOf("used first")).isEqualTo(text.lastIndexOf("used first"));
        byte[] bytes = out.toByteArray();
        int row = bytes.length - 4 - 3 * EVENT_BYTES + 4;
        assertThat(List.of((int) bytes[row + 1], (int) bytes[row + EVENT_BYTES + 1], (int)
                        bytes[row + 2 * EVENT_BYTES + 1]))
                .containsExactly(0, 1, 0);
    }

    private static final int EVENT_BYTES = 28;

    @Test
    void bytesNameTheTextOfAWarning() throws IOException {
        var text = Term.hex("text of a warning");
        var machine = Machine.recording();
        machine.emit(EventKind.WARN, Lane.CORE, TERM, 0, text.asOperand(), 7);
        machine.emit(EventKind.OOPS, Lane.CORE, TERM, 0, 0, 7);
        var out = new ByteArrayOutputStream();
        machine.finish().writeTo(out);
        byte[] bytes = out.toByteArray();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).contains("text of a warning");
        int operand = bytes.length - 4 - 2 * EVENT_BYTES + 15;
        assertThat(bytes[operand]).as("row 1, counted from 1").isEqualTo((byte) 2);
        assertThat(bytes[operand + EVENT_BYTES]).isZero();
    }

    @Test
    void termsAreTheSameForTheSameWords() {
        assertThat(Term.function("f", "a.c")).isSameAs(Term.function("f", "a.c"));
        assertThat(Term.function("f", "a.c")).isNotSameAs(Term.function("f", "b.c"));
        assertThat(Term.numbered(TERM.number())).isSameAs(TERM);
    }

    @Test
    void packedOperandsComeApartAgain() {
        long packed = Term.packPages(0xf_ffff_ffff_f000L, 0x3_f000);
        assertThat(packed >>> 24 << 12).isEqualTo(0xf_ffff_ffff_f000L);
        assertThat((packed & 0xff_ffff) << 12).isEqualTo(0x3_f000);
    }
}
