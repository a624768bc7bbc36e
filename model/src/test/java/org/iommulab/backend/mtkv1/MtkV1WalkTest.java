package org.iommulab.backend.mtkv1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.KernelCase;
import org.junit.jupiter.api.Test;

/** What the hardware reads in the kernel's own tables, and in any others. */
class MtkV1WalkTest {
    private static final long SEED = 7_623;

    private static RadixWalker walker(PhysicalMemory memory) {
        return new RadixWalker(memory, MtkV1Format.FLAT, List.of("table"));
    }

    @Test
    void theKernelsTablesSayWhatItsHistorySays() throws IOException {
        List<KernelCase> cases = KernelCase.of("mtk-v1");
        assertThat(cases).hasSize(20);
        for (KernelCase one : cases) {
            var memory = new PhysicalMemory(Machine.unrecorded(), one.tableMemory(), 16 << 20);
            one.entries((level, address, value) -> memory.write32(address, (int) value));
            var walker = walker(memory);
            var mapped = one.mapped(false);
            for (long input : one.inputs()) {
                var page = mapped.get(input & 0xffff_ffffL);
                var result = walker.look(one.root(), input);
                if (page == null) {
                    assertThat(result).as("%s 0x%x", one.name(), input).isNotInstanceOf(Found.class);
                } else {
                    assertThat(result).as("%s 0x%x", one.name(), input).isInstanceOf(Found.class);
                    assertThat(((Found) result).page()).isEqualTo(page.pa());
                }
            }
        }
    }

    @Test
    void randomBytesEndSomewhere() {
        var random = new Random(SEED);
        var memory = new PhysicalMemory(Machine.unrecorded(), 0x8000_0000L, 1 << 20);
        var walker = walker(memory);
        for (int i = 0; i < 20_000; i++) {
            memory.write32(0x8000_0000L + random.nextInt(1 << 18) * 4L, random.nextInt());
            assertThat(walker.look(random.nextLong() & ~3L, random.nextLong())).isNotNull();
            assertThat(walker.look(0x8000_0000L - (1 << 21), random.nextLong())).isNotNull();
        }
    }
}
