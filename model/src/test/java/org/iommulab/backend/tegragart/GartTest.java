package org.iommulab.backend.tegragart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.MappedPages;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.KernelCase;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;

class GartTest {
    private static final long APERTURE = 0x5800_0000L;
    private static final long END = 0x5A00_0000L;
    private static final long PAGE = GartLayout.PAGE;
    private static final long SEED = 20_001;

    private final Machine machine = Machine.unrecorded();
    private final InterruptLine irq = new InterruptLine(machine, "mc irq");
    private final GartUnit unit = new GartUnit(machine, "7000f000.memory-controller", APERTURE, irq);
    private final GartTable table = new GartTable(unit, APERTURE, END, false, complaint -> {});
    private final DmaMaster master =
            new DmaMaster(machine, "display0a", Optional.of(unit), new PhysicalMemory(machine, 0, 1 << 16));

    @Test
    void twoWritesMapAPage() {
        assertThat(table.map(0x5812_3000, 0x2F4D_6000, PAGE)).isZero();

        assertThat(unit.entry(0x123)).isEqualTo(0xAF4D_6000L);
        assertThat(table.iovaToPhys(0x5812_3456)).isEqualTo(0x2F4D_6000);
        assertThat(table.unmap(0x5812_3000, PAGE)).isEqualTo(PAGE);
        assertThat(unit.entry(0x123)).isZero();
    }

    /** The worked example of the sheet, through the registers. */
    @Test
    void theWritesOfTheDriver() {
        var recorded = Machine.recording();
        var gart = new GartUnit(recorded, "gart", APERTURE, new InterruptLine(recorded, "mc irq"));
        var aperture = new GartTable(gart, APERTURE, END, false, complaint -> {});
        aperture.map(0x5812_3000, 0x2F4D_6000, PAGE);
        aperture.unmap(0x5812_3000, PAGE);

        assertThat(Words.writes(recorded, 0)).isEqualTo("28<-58123000 2c<-af4d6000 28<-58123000 2c<-0");
    }

    @Test
    void theClientOfAFaultIsLatched() {
        var client = new DmaMaster(
                machine, "display0b", Optional.of(unit), List.of(5), new PhysicalMemory(machine, 0, 1 << 16));
        client.write32(APERTURE + 8, 1);

        assertThat(unit.read32(GartLayout.ERROR_REQ)).isEqualTo(5 << 1 | 1);
        assertThat(unit.read32(GartLayout.ERROR_ADR)).isEqualTo(0x5800_0008);
    }

    /** What the unit makes of every golden case is what the case's history says. */
    @Test
    void theHardwareFollowsTheKernelsEntries() throws IOException {
        List<KernelCase> cases = KernelCase.of("tegra-gart");
        assertThat(cases).hasSize(30);
        for (KernelCase one : cases) {
            var gart = new GartUnit(Machine.unrecorded(), "gart", APERTURE, irq);
            gart.write32(GartLayout.CONFIG, 1);
            one.entries((level, address, value) -> {
                gart.write32(GartLayout.ENTRY_ADDR, (int) (APERTURE + (address - one.root()) / 4 * PAGE));
                gart.write32(GartLayout.ENTRY_DATA, (int) value);
            });
            var mapped = one.mapped(false);
            for (long input : one.inputs()) {
                var page = mapped.get(input);
                var access = gart.access(master, input, false);
                String where = one.name() + " 0x" + Long.toHexString(input);
                if (input < APERTURE || input >= END) {
                    assertThat(access).as(where).isEqualTo(new Access.Pass(input));
                } else if (page == null) {
                    assertThat(access).as(where).isInstanceOf(Access.Refused.class);
                } else {
                    assertThat(access).as(where).isEqualTo(new Access.Pass(page.pa() & GartLayout.PAGE_MASK));
                }
            }
        }
    }

    @Test
    void aThousandRandomOperationsAgainstAnIntervalMap() {
        var random = new Random(SEED);
        var pages = new MappedPages();
        unit.write32(GartLayout.CONFIG, 1);
        for (int i = 0; i < 1_000; i++) {
            // Near both ends.
            long iova = (random.nextBoolean() ? APERTURE : END - 32 * PAGE) + random.nextInt(32) * PAGE;
            long pa = random.nextInt(1 << 19) * PAGE;
            pages.unmap(iova, PAGE, 1, true);
            if (random.nextInt(3) == 0) {
                assertThat(table.unmap(iova, PAGE)).isEqualTo(PAGE);
            } else {
                assertThat(table.map(iova, pa, PAGE)).isZero();
                pages.map(iova, pa, PAGE, 1, 0);
            }
            long any = APERTURE + random.nextInt(64) * PAGE + random.nextInt(4096);
            long wanted = pages.translate(any);
            assertThat(unit.access(master, any, false))
                    .as("seed %d, operation %d", SEED, i)
                    .isEqualTo(
                            wanted == Translation.NOT_MAPPED
                                    ? new Access.Refused("GART page fault")
                                    : new Access.Pass(wanted));
        }
    }

    @Test
    void whatTheDriverRefuses() {
        assertThat(table.map(END, 0, PAGE)).isEqualTo(-22);
        assertThat(table.map(APERTURE, 0, 2 * PAGE)).isEqualTo(-22);
        assertThat(table.unmap(APERTURE, 2 * PAGE)).isZero();
        assertThat(table.iovaToPhys(END - 1)).isEqualTo(-22);
        assertThat(table.iovaToPhys(END - PAGE)).isZero();
    }

    @Test
    void withDebugItLooksFirst() {
        var careful = new GartTable(unit, APERTURE, END, true, complaint -> {});
        assertThat(careful.unmap(APERTURE, PAGE)).isZero();
        assertThat(careful.map(APERTURE, 0x1000, PAGE)).isZero();
        assertThat(careful.map(APERTURE, 0x2000, PAGE)).isEqualTo(-22);
        assertThat(table.map(APERTURE, 0x2000, PAGE)).isZero();
        assertThat(careful.iovaToPhys(APERTURE)).isEqualTo(0x2000);
    }

    @Test
    void onlyTheApertureIsRemapped() {
        table.map(APERTURE, 0x2F4D_6000, PAGE);
        unit.write32(GartLayout.CONFIG, 1);

        assertThat(unit.access(master, APERTURE + 0x10, false)).isEqualTo(new Access.Pass(0x2F4D_6010));
        assertThat(unit.access(master, 0x1000, false)).isEqualTo(new Access.Pass(0x1000));
        assertThat(unit.trace(APERTURE + 0x10, false).verdict())
                .isEqualTo(new Verdict.Reached(0x2F4D_6010, PAGE, "rw"));
    }

    @Test
    void anEntryThatIsNotValidIsAFaultAndSoIsAnyWhileItIsOff() {
        table.map(APERTURE, 0x2F4D_6000, PAGE);
        assertThat(unit.access(master, APERTURE, false)).isInstanceOf(Access.Refused.class);
        unit.write32(GartLayout.INT_STATUS, GartLayout.INT_INVALID_PAGE);
        assertThat(irq.isRaised()).isFalse();

        unit.write32(GartLayout.CONFIG, 1);
        assertThat(unit.access(master, APERTURE + PAGE, true)).isInstanceOf(Access.Refused.class);
        assertThat(irq.isRaised()).isFalse();
        unit.write32(GartLayout.INT_MASK, GartLayout.INT_INVALID_PAGE);
        assertThat(unit.access(master, APERTURE + PAGE, true)).isInstanceOf(Access.Refused.class);
        assertThat(irq.isRaised()).isTrue();
        assertThat(unit.read32(GartLayout.ERROR_ADR)).isEqualTo(0x5800_1000);
        assertThat(unit.read32(GartLayout.ERROR_REQ) & 1).isOne();
        assertThat(unit.fault()).isEqualTo("GART page fault at 0x58001000");
    }

    @Test
    void randomRegistersNeverThrow() {
        var random = new Random(SEED);
        for (int i = 0; i < 5_000; i++) {
            unit.write32(random.nextInt(16) * 4, random.nextInt());
            unit.read32(random.nextInt(16) * 4);
            long address = random.nextBoolean() ? APERTURE + random.nextInt(1 << 25) : random.nextLong();
            assertThat(unit.access(master, address, random.nextBoolean())).isNotNull();
            assertThat(unit.trace(address, true)).isNotNull();
        }
    }
}
