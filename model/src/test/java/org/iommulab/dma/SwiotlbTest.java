package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.OptionalLong;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounce buffers, as an untrusted device gets them. */
class SwiotlbTest {
    private static final long SEGMENT = 256 << 10;

    private final World world = world("6.2", 512);

    private static World world(String kernel, int slots) {
        return Player.playUnrecorded(
                ScenarioReader.open(Path.of("..", "scenarios", "dma", "stranger.json")),
                KernelSpec.parse(kernel).withCommandLine("swiotlb=" + slots));
    }

    private static DmaBuffer map(World world, long bytes, OptionalLong fill, DmaDirection direction) {
        Device device = Objects.requireNonNull(world.devices().get("0000:04:00.0"));
        return world.dma().map(device, bytes + 0x400, 0x400, bytes, fill, direction);
    }

    private static long copyOf(DmaBuffer buffer) {
        return Group.of(buffer.device()).orElseThrow().defaultDomain().require().lookUp(buffer.address());
    }

    @Test
    void noCopyIsLongerThanASegment() {
        assertThat(map(world, SEGMENT - 4, OptionalLong.empty(), DmaDirection.TO_DEVICE)
                        .address())
                .isNotEqualTo(DmaOps.ERROR);
        assertThat(map(world, SEGMENT + 4, OptionalLong.empty(), DmaDirection.TO_DEVICE)
                        .address())
                .isEqualTo(DmaOps.ERROR);
    }

    @Test
    void noCopyGoesOverTheEndOfASegment() {
        // the story left the place behind two pages
        long first = copyOf(map(world, 33 * 4096 - 4, OptionalLong.empty(), DmaDirection.TO_DEVICE));
        long second = copyOf(map(world, 33 * 4096 - 4, OptionalLong.empty(), DmaDirection.TO_DEVICE));
        assertThat(second - first).isEqualTo(SEGMENT - 2 * 4096);
    }

    // slots asked for | mappings of a page that there is room for, beside what the story holds
    @ParameterizedTest
    @CsvSource({"1, 64", "130, 128", "512, 256"})
    void thePoolIsWholeSegments(int slots, int pages) {
        World own = world("6.2", slots);
        var mapped = new ArrayList<DmaBuffer>();
        DmaBuffer next = map(own, 0x100, OptionalLong.empty(), DmaDirection.TO_DEVICE);
        while (next.address() != DmaOps.ERROR && mapped.size() <= pages) {
            mapped.add(next);
            next = map(own, 0x100, OptionalLong.empty(), DmaDirection.TO_DEVICE);
        }
        assertThat(mapped).hasSizeBetween(pages - 2, pages);
        own.dma().release(mapped.get(7));
        assertThat(map(own, 0x100, OptionalLong.empty(), DmaDirection.TO_DEVICE).address())
                .as("in the place of the one that was given back")
                .isNotEqualTo(DmaOps.ERROR);
    }

    // kernel | what the CPU has in a buffer when the device has filled nothing of it
    @ParameterizedTest
    @CsvSource({
        "6.1, FROM_DEVICE, 0",
        "6.2, FROM_DEVICE, 0",
        "6.7, FROM_DEVICE, 0",
        "6.12, FROM_DEVICE, 7",
        "6.1, BIDIRECTIONAL, 7",
        "6.12, BIDIRECTIONAL, 7",
        "6.1, TO_DEVICE, 7"
    })
    void aBufferToBeFilledLosesItsContentInOlderKernels(String kernel, DmaDirection direction, int after) {
        World own = world(kernel, 512);
        DmaBuffer buffer = map(own, 0x100, OptionalLong.of(7), direction);
        assertThat(own.site().memory().read32(copyOf(buffer) + 0x100))
                .as("beside it")
                .isZero();
        own.dma().release(buffer);
        assertThat(own.site().memory().read32(buffer.physical())).isEqualTo(after);
        assertThat(own.site().memory().read32(buffer.physical() + 0x100))
                .as("not the device's")
                .isEqualTo(7);
    }
}
