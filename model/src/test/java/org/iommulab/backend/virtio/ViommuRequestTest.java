package org.iommulab.backend.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests as bytes. */
class ViommuRequestTest {
    private static final long RAM = 0x4000_0000L;
    private static final Random RANDOM = new Random(26_11);

    private final PhysicalMemory memory = new PhysicalMemory(Machine.unrecorded(), RAM, 1 << 20);

    private String bytes(int count) {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (memory.read32(RAM + (i & -4)) >>> 8 * (i & 3));
        }
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    @Test
    void aMappingAsTheKernelWritesIt() {
        var map = new ViommuRequest.Map(1, 0xffff_f000L, 0xffff_ffffL, 0x1_2345_6000L, 3);
        map.writeTo(memory, RAM);
        assertThat(bytes(map.bytes()))
                .isEqualTo("03 00 00 00 01 00 00 00 00 f0 ff ff 00 00 00 00 ff ff ff ff 00 00 00 00 "
                        + "00 60 45 23 01 00 00 00 03 00 00 00 00 00 00 00");
    }

    static List<ViommuRequest> requests() {
        return List.of(
                new ViommuRequest.Attach(RANDOM.nextInt(), RANDOM.nextInt(), RANDOM.nextInt()),
                new ViommuRequest.Detach(RANDOM.nextInt(), RANDOM.nextInt()),
                new ViommuRequest.Map(
                        RANDOM.nextInt(), RANDOM.nextLong(), RANDOM.nextLong(), RANDOM.nextLong(), RANDOM.nextInt()),
                new ViommuRequest.Unmap(RANDOM.nextInt(), RANDOM.nextLong(), RANDOM.nextLong()),
                new ViommuRequest.Probe(RANDOM.nextInt(), 512));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void theDeviceReadsWhatTheDriverWrote(ViommuRequest request) {
        memory.fill32(RAM, 1024, -1);
        request.writeTo(memory, RAM);
        assertThat(ViommuRequest.read(memory, RAM, request.readable(), 512)).contains(request);
        assertThat(ViommuRequest.read(memory, RAM, request.readable() - 1, 512)).isEmpty();
        assertThat(memory.read32(RAM + request.readable())).as("status").isZero();
    }

    @Test
    void sizesAreThoseOfTheHeader() {
        assertThat(requests().stream().map(ViommuRequest::bytes)).containsExactly(24, 24, 40, 32, 76 + 512);
    }
}
