package org.iommulab.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.iommulab.board.Registry;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Version;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the lab's own stories print about faults is what a decoder must know. */
class StoryFaultsTest {
    /** Kernel functions that take an interrupt of an IOMMU, or the machine's word about a function in error. */
    private static final String HANDLERS = ".*(_irq|_isr|(?<!de)fault|_int_thread|event_error|evtq_thread).*";

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2+p1..p5", "6.12"})
    void everyFaultLineOfEveryStoryIsRecognised(String level) {
        var unknown = new TreeSet<String>();
        var whose = new HashSet<String>();
        int printed = 0;
        for (Path story : new ScenarioLibrary(Path.of("..", "scenarios")).scenarios()) {
            PlayedRun run = Player.play(ScenarioReader.open(story), KernelSpec.parse(level));
            BitSet faulty = stepsInHandlers(run.recording());
            List<KernelLogText.Line> lines = KernelLogText.lines(
                    run.recording(), new KernelLogText.Form(KernelLogText.Arch.ARM32, true, Version.V6_2));
            Set<Long> known = recognised(lines, whose);
            for (int i = 0; i < lines.size(); i++) {
                if (faulty.get(lines.get(i).step())) {
                    printed++;
                    if (!known.contains(i + 1L)) {
                        unknown.add(story.getFileName() + ": " + lines.get(i).text());
                    }
                }
            }
        }
        assertThat(printed).isGreaterThan(50);
        assertThat(unknown).isEmpty();
        assertThat(whose).hasSizeGreaterThan(10);
    }

    private static Set<Long> recognised(List<KernelLogText.Line> lines, Set<String> whose) {
        var known = new HashSet<Long>();
        var decoder = new LogDecoder(Registry.faultTexts(), decoded -> {
            whose.add(decoded.driver());
            assertThat(DecodedText.lines(decoded)).hasSizeGreaterThan(2);
        });
        for (int i = 0; i < lines.size(); i++) {
            long before = decoder.recognised();
            decoder.line(lines.get(i).text());
            if (decoder.recognised() > before) {
                known.add(i + 1L);
            }
        }
        decoder.end();
        return known;
    }

    private static BitSet stepsInHandlers(Recording recording) {
        var inside = new BitSet();
        var handlers = new ArrayList<Integer>();
        for (int step = 1; step <= recording.length(); step++) {
            int depth = recording.depth(step);
            while (!handlers.isEmpty() && depth <= handlers.getLast()) {
                handlers.removeLast();
            }
            if (recording.kind(step) == EventKind.ENTER
                    && recording.event(step).term().name().matches(HANDLERS)) {
                handlers.add(depth);
            }
            inside.set(step, !handlers.isEmpty());
        }
        return inside;
    }
}
