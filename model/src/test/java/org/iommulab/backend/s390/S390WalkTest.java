package org.iommulab.backend.s390;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.KernelCase;
import org.junit.jupiter.api.Test;

/** What the hardware reads in the kernel's own tables, and in any others. */
class S390WalkTest {
    private static final long SEED = 39_390;
    private static final S390Format FORMAT = S390Format.REGION_THIRD;

    private static RadixWalker walker(PhysicalMemory memory) {
        return new RadixWalker(memory, FORMAT, S390Format.levelNames());
    }

    @Test
    void theKernelsTablesSayWhatItsHistorySays() throws IOException {
        List<KernelCase> cases = KernelCase.of("s390");
        assertThat(cases).hasSize(31);
        for (KernelCase one : cases) {
            var memory = new PhysicalMemory(Machine.unrecorded(), one.tableMemory(), 128 << 20);
            one.entries((level, address, value) -> memory.write64(address, Long.reverseBytes(value)));
            var walker = walker(memory);
            var mapped = one.mapped(false);
            for (long input : one.inputs()) {
                var page = mapped.get(input);
                var result = walker.look(one.root(), input);
                if (page == null) {
                    assertThat(result).as("%s 0x%x", one.name(), input).isNotInstanceOf(Found.class);
                } else {
                    assertThat(result).as("%s 0x%x", one.name(), input).isInstanceOf(Found.class);
                    var found = (Found) result;
                    assertThat(found.page()).isEqualTo(page.pa());
                    assertThat(found.prot()).isEqualTo(page.prot() & (Prot.READ | Prot.WRITE));
                }
            }
        }
    }

    @Test
    void aProtectedTableProtectsWhatIsBelow() {
        var memory = new PhysicalMemory(Machine.unrecorded(), 0, 1 << 20);
        memory.write64(0x4000, Long.reverseBytes(0x8207));
        memory.write64(0x8000, Long.reverseBytes(0xc000));
        memory.write64(0xc000, Long.reverseBytes(0x1000));

        assertThat(walker(memory).look(0x4000, 0)).isEqualTo(new Found(2, 0x1000, 0x1000, 4096, Prot.READ));
    }

    @Test
    void randomBytesEndSomewhere() {
        var random = new Random(SEED);
        var memory = new PhysicalMemory(Machine.unrecorded(), 0, 1 << 20);
        var walker = walker(memory);
        for (int i = 0; i < 50_000; i++) {
            // Often an address in RAM, so that walks go deep.
            long entry = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(1 << 20) & ~0x20L;
            memory.write64(random.nextInt(1 << 17) * 8L, Long.reverseBytes(entry));
            long base = random.nextInt(64) << 14;
            assertThat(walker.look(base, random.nextLong())).isNotNull();
            if (i % 100 == 0) {
                var picture = new ArrayList<WalkTrace.Level>();
                walker.picture(base, random.nextLong(), new S390Entries(), picture);
                assertThat(picture).isNotEmpty();
            }
        }
    }
}
