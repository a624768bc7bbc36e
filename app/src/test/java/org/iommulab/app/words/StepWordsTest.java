package org.iommulab.app.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.iommulab.app.sample.SampleRun;
import org.iommulab.app.sample.Thing;
import org.iommulab.core.Tracepoints;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepWordsTest {
    private final SampleRun run = new SampleRun();

    @ParameterizedTest
    @EnumSource(EventKind.class)
    void everyKindOfEventHasASentence(EventKind kind) {
        var machine = Machine.recording();
        var thing = new Thing(machine, "12c10000.mixer");
        Term term = kind == EventKind.LOG ? LogText.of("<3>it is %d") : Term.function("iommu_detach_device", "f.c");
        for (Thing about : Arrays.asList(thing, null)) {
            for (long operand : new long[] {0, 1}) {
                machine.emit(kind, Lane.CORE, term, about == null ? 0 : about.id(), operand, operand);
            }
        }
        Recording recording = machine.finish();
        for (int step = 1; step <= recording.length(); step++) {
            String text =
                    new EventSentence(recording).of(recording.event(step)) + " " + StepWords.why(recording.event(step));
            assertThat(text.strip()).isNotBlank().endsWith(".").doesNotContain("null", "  ", "!");
        }
    }

    @Test
    void everyStepOfARunHasAtMostTwoSentences() {
        for (int step = 0; step <= run.recording().length(); step++) {
            String text = StepWords.sentence(run, step);
            assertThat(text).isNotBlank().endsWith(".");
            assertThat(text.split("\\.(?= [A-Z]|$)")).as(text).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void explanationsAreSingleSentences() {
        assertThat(Explanations.keys()).hasSizeGreaterThan(150);
        for (String key : Explanations.keys()) {
            String sentence = Explanations.first(key);
            assertThat(sentence).as(key).endsWith(".").matches("[A-Z0-9_a-z].*");
            assertThat(sentence.substring(0, sentence.length() - 1)).as(key).doesNotContain(". ");
        }
    }

    @Test
    void noDomainIsSaidToBeNoDomain() {
        int step = run.recording().next(0, e -> e.term().name().equals("__iommu_group_set_domain"));
        assertThat(StepWords.sentence(run, step)).contains("The new domain is NULL");
    }

    @Test
    void callsAroundAWarningAreTheBacktrace() {
        int step = run.recording().next(0, e -> e instanceof Event.Warn);
        List<String> names = Calls.around(run.recording(), step).stream()
                .map(e -> e.term().name())
                .toList();
        assertThat(names)
                .containsExactly(
                        "iommu_group_do_set_platform_dma",
                        "__iommu_group_set_domain",
                        "__iommu_group_set_core_domain",
                        "iommu_detach_device",
                        "arm_iommu_detach_device");
    }

    @Test
    void hexIsReadInGroupsOfFour() {
        assertThat(Hex.read(0x40023a40L)).isEqualTo("0x4002 3a40");
        assertThat(Hex.read(5)).isEqualTo("0x5");
        assertThat(Hex.word(0x500785)).isEqualTo("0050 0785");
        assertThat(Hex.word(0x8_6d2f_5a40L)).isEqualTo("0000 0008 6d2f 5a40");
        assertThat(Hex.groups(-1, 4)).isEqualTo("ffff ffff ffff ffff");
    }

    @Test
    void sizesAreNeverRounded() {
        assertThat(Sizes.of(4096)).isEqualTo("4 KiB");
        assertThat(Sizes.of(4097)).isEqualTo("4097 bytes");
        assertThat(Sizes.of(1)).isEqualTo("1 byte");
        assertThat(Sizes.of(3L << 20)).isEqualTo("3 MiB");
    }

    @Test
    void tracepointsSayWhatATracingToolWouldPrint() {
        assertThat(fired(Tracepoints.MAP, "", 0x10_0000, Term.packPages(0x400_0000, 0x1_0000)))
                .isEqualTo("The tracepoint map fires: 0x10 0000 leads to 0x400 0000 (64 KiB) from now on.");
        assertThat(fired(Tracepoints.UNMAP, "", 0x1000, Term.packSizes(0x2000, 0x2000)))
                .isEqualTo("The tracepoint unmap fires at 0x1000: 8 KiB are unmapped.");
        assertThat(fired(Tracepoints.UNMAP, "", 0x1000, Term.packSizes(0x2000, 0x1000)))
                .isEqualTo("The tracepoint unmap fires at 0x1000: 4 KiB are unmapped, where 8 KiB were asked for.");
        assertThat(fired(Tracepoints.ADD_DEVICE, "0000:01:00.0", 9, 0))
                .isEqualTo("The tracepoint add_device_to_group fires for 0000:01:00.0: group 9.");
        assertThat(fired(Tracepoints.IO_PAGE_FAULT, "0000:01:00.0", 0x3000, 1))
                .isEqualTo("The tracepoint io_page_fault fires for 0000:01:00.0: a write to 0x3000.");
    }

    private static String fired(Term term, String about, long a, long b) {
        return sentence(EventKind.TRACEPOINT, term, about, a, b);
    }

    @Test
    void aMarkerOfATraceSaysItsText() {
        Term mark = Term.of("tracing_mark_write", "", Term.Operand.NONE, Term.Operand.NONE, Term.Operand.NONE);
        assertThat(sentence(EventKind.CHAPTER, mark, "STEP 0012 BEGIN unbind", 0, 0))
                .isEqualTo("Whoever traced wrote a marker here: \"STEP 0012 BEGIN unbind\".");
    }

    private static String sentence(EventKind kind, Term term, String about, long a, long b) {
        var machine = Machine.recording();
        machine.emit(kind, Lane.CORE, term, about.isEmpty() ? 0 : new Thing(machine, about).id(), a, b);
        Recording recording = machine.finish();
        return new EventSentence(recording).of(recording.event(1));
    }
}
