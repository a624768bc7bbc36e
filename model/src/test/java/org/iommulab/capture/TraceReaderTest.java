package org.iommulab.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.words.TraceText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {
    /** From a real machine. */
    private static final String REAL = """
        # tracer: nop
        #
                    init-1       [000] .....     2.000819: add_device_to_group: IOMMU: groupID=12 device=0000:05:00.0
                    init-1       [000] .....     2.000945: add_device_to_group: IOMMU: groupID=12 device=0000:05:00.1
                    init-1       [000] .....     2.008454: attach_device_to_domain: IOMMU: device=0000:05:00.0
                    init-1       [000] .....     2.018790: map: IOMMU: iova=0x0000000000000000 - 0x0000000001000000 paddr=0x0000000000000000 size=16777216
                    init-1       [000] .....     3.900065: tracing_mark_write: SECTION load drivers
            kworker/0:1H-45      [000] d..1.     4.000000: unmap: IOMMU: iova=0x00000000fffff000 - 0x0000000100000000 size=4096 unmapped_size=4096
                    init-1       [000] .....     5.000000: remove_device_from_group: IOMMU: groupID=12 device=0000:05:00.0
        """;

    private static CapturedTrace read(String text) throws IOException {
        return TraceReader.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Optional.empty(), _ -> true);
    }

    @Test
    void eachEventIsAStepAndPrintsAsItWasRead() throws IOException {
        CapturedTrace trace = read(REAL);

        assertThat(trace.recording().length()).isEqualTo(7);
        assertThat(trace.tally()).isEqualTo(new CapturedTrace.Tally(0, 0, 0, List.of(), true));
        assertThat(trace.secondsAt(2)).isEqualTo(2.000945);
        List<String> read = REAL.lines()
                .filter(line -> line.contains("IOMMU:"))
                .map(line -> line.replaceFirst(".*?(\\d+\\.\\d{6}: )", "$1"))
                .toList();
        assertThat(TraceText.lines(trace.recording(), trace::secondsAt).stream()
                        .map(line -> line.replaceFirst(".*?(\\d+\\.\\d{6}: )", "$1")))
                .isEqualTo(read);
    }

    @Test
    void groupsGrowAndShrinkWithTheSteps() throws IOException {
        CapturedTrace trace = read(REAL);

        assertThat(trace.momentAt(0).groups()).isEmpty();
        assertThat(trace.momentAt(2).groups())
                .singleElement()
                .satisfies(group -> assertThat(group.devices())
                        .extracting(Moment.DeviceView::name)
                        .containsExactly("0000:05:00.0", "0000:05:00.1"));
        assertThat(trace.momentAt(7).groups().getFirst().devices())
                .extracting(Moment.DeviceView::name)
                .containsExactly("0000:05:00.1");
        assertThat(trace.momentAt(7).groups().getFirst().devices())
                .extracting(Moment.DeviceView::dmaOps)
                .containsOnly(Moment.DmaOpsKind.NOT_TOLD);
        assertThat(trace.momentAt(3).step()).isEqualTo(3);
        Event event = trace.recording().event(3);
        assertThat(event.object())
                .isEqualTo(trace.momentAt(3)
                        .groups()
                        .getFirst()
                        .devices()
                        .getFirst()
                        .id());
    }

    @Test
    void markersAreChapters() throws IOException {
        assertThat(read(REAL).chapters()).containsExactly(new Chapter(0, "SECTION load drivers", "", 5, 7, ""));
        var many = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            String mark = i % 100 == 0 ? "PART " + i : "STEP " + i;
            many.append("  a-1 [000] ..... ")
                    .append(i)
                    .append(".0: tracing_mark_write: ")
                    .append(mark)
                    .append('\n');
        }
        assertThat(read(many.toString()).chapters())
                .hasSize(10)
                .allMatch(c -> c.title().startsWith("PART"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  <...>-61    [003] .....     7.5: io_page_fault: IOMMU:exynos-mixer 14450000.mixer"
                        + " iova=0x0000000020101000 flags=0x0000",
                "  <...>-61    [003]     7.5: iommu:io_page_fault: IOMMU:exynos-mixer 14450000.mixer"
                        + " iova=0x0000000020101000 flags=0x0000",
                "kworker/u2:3 61 [003]  7.500000: iommu:io_page_fault: IOMMU:exynos-mixer 14450000.mixer"
                        + " iova=0x0000000020101000 flags=0x0000",
                "  my task-61  (   61) [003] d.h2.     7.5: io_page_fault: IOMMU:exynos-mixer 14450000.mixer"
                        + " iova=0x0000000020101000 flags=0x0000"
            })
    void aFaultIsRead(String line) throws IOException {
        CapturedTrace trace = read(line);

        assertThat(trace.recording().kind(1)).isEqualTo(EventKind.TRACEPOINT);
        assertThat(trace.recording().event(1)).isInstanceOfSatisfying(Event.Tracepoint.class, fault -> {
            assertThat(fault.a()).isEqualTo(0x20101000L);
            assertThat(fault.term().name()).isEqualTo("io_page_fault");
        });
    }

    @Test
    void badLinesAreCountedAndTheFirstAreTold() throws IOException {
        CapturedTrace trace = read("nonsense\n"
                + "  a-1 [000] ..... 1.0: map: IOMMU: iova=0x10 - 0x1010 paddr=0x1 size=4096\n"
                + "  a-1 [000] ..... 1.0: add_device_to_group: IOMMU: groupID=x device=a\n"
                + "  a-1 [000] ..... 1.0: sched_switch: prev_comm=x\n"
                + "\u0000\u0001\u0002\n");

        assertThat(trace.recording().length()).isZero();
        assertThat(trace.tally().bad()).isEqualTo(4);
        assertThat(trace.tally().others()).isEqualTo(1);
        assertThat(trace.tally().complaints()).first().asString().startsWith("line 1: ");
        assertThat(trace.tally().complaints().get(1)).contains("map");
    }

    /** A long trace is read as it comes, and whoever waits can say that it is enough. */
    @Test
    void aLongTraceCanBeCutOff() throws IOException {
        byte[] line =
                "  a-1 [000] ..... 1.0: map: IOMMU: iova=0x0000000000001000 - 0x0000000000002000 paddr=0x0000000000003000 size=4096\n"
                        .getBytes(StandardCharsets.UTF_8);
        var endless = new InputStream() {
            private long at;

            @Override
            public int read() {
                return line[(int) (at++ % line.length)];
            }
        };

        CapturedTrace trace = TraceReader.read(endless, Optional.empty(), bytes -> bytes < 3_000_000);

        assertThat(trace.tally().whole()).isFalse();
        assertThat(trace.recording().length()).isBetween(20_000, 40_000);
    }

    /** What is marked again and again needs no room of its own; each mark is a step. */
    @Test
    void aMarkThatComesBackIsAStepEachTime() throws IOException {
        CapturedTrace trace = read("  a-1 [000] ..... 1.5: tracing_mark_write: round\n".repeat(70_000));

        assertThat(trace.recording().length()).isEqualTo(70_000);
        assertThat(trace.tally().others()).isZero();
        assertThat(trace.tally().unkept()).isZero();
        assertThat(trace.secondsAt(70_000)).isEqualTo(1.5);
    }

    @Test
    void markersWithoutRoomAreCountedAsMarkers() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 20_003; i++) {
            text.append("  a-1 [000] ..... 1.5: tracing_mark_write: mark ")
                    .append(i)
                    .append('\n');
        }

        CapturedTrace trace = read(text.toString());

        assertThat(trace.tally().unkept()).isEqualTo(3);
        assertThat(trace.tally().others()).isZero();
    }

    @Test
    void aTraceIsToldFromOtherFiles() {
        assertThat(TraceReader.isTrace(REAL)).isTrue();
        assertThat(TraceReader.isTrace("{\"iommu_instances\": []}")).isFalse();
        assertThat(TraceReader.isTrace("[    1.0] pci 0000:00:01.0: Adding to iommu group 1"))
                .isFalse();
    }

    /** Real traces, where a folder with captures is given. */
    @Test
    void wholeCapturesHaveNoBadLine() throws IOException {
        String folder = System.getProperty("iommulab.captures", "");
        assumeFalse(folder.isEmpty());
        try (var found = Files.list(Path.of(folder))) {
            for (Path capture : found.filter(path -> Files.exists(path.resolve("trace.txt")))
                    .toList()) {
                CapturedTopology topology = TopologyReader.read(capture.resolve("topology.json"));
                try (InputStream in = Files.newInputStream(capture.resolve("trace.txt"))) {
                    CapturedTrace trace = TraceReader.read(in, Optional.of(topology), _ -> true);
                    assertThat(trace.tally().bad()).as(capture.toString()).isZero();
                    assertThat(trace.momentAt(trace.recording().length()).groups())
                            .isNotEmpty();
                }
            }
        }
    }
}
