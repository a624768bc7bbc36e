package org.iommulab.backend.sprd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.backend.sprd.SprdLayout.Flavour;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.KernelCase;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SprdTest {
    private static final long RAM = 0x9E00_0000L;
    private static final long BYTES = 16L << 20;
    private static final long DEFAULT_PAGE = 0x9E3F_F000L;
    private static final long PAGE = SprdPageTable.PAGE;
    private static final long SEED = 41_113;

    private final Machine machine = Machine.unrecorded();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, BYTES);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + BYTES);
    private final SprdPageTable table = new SprdPageTable(memory, frames, TableListener.NONE);

    private SprdUnit attached(Flavour flavour) {
        var unit = new SprdUnit(machine, "63000800.iommu", flavour, memory);
        SprdSequences.attach(unit, flavour, table.base(), DEFAULT_PAGE);
        return unit;
    }

    private long output(SprdUnit unit, long input) {
        var master = new DmaMaster(machine, "dpu", Optional.of(unit), memory);
        return ((Access.Pass) unit.access(master, input, false)).output();
    }

    @Test
    void anEntryIsAPageNumber() {
        table.map(0x34_5000, 0x9AC4_1000L, PAGE, 1, 0);

        assertThat(memory.read32(table.base() + 0x345 * 4)).isEqualTo(0x0009_AC41);
        assertThat(table.iovaToPhys(0x34_5678)).isEqualTo(0x9AC4_1678L);
        assertThat(table.iovaToPhys(0x34_6678)).isEqualTo(0x678);
    }

    /** The numbers of the sheet. */
    @ParameterizedTest
    @CsvSource({"EX,  10<-9e400 8<-0 c<-ffff 14<-9e3ff 0<-3", "VAU, 10<-9e400 1c<-0 20<-ffff 14<-9e3ff 18<-9e3ff 4<-3"})
    void theWritesOfTheDriver(Flavour flavour, String writes) {
        var recorded = Machine.recording();
        var unit = new SprdUnit(recorded, "63000800.iommu", flavour, new PhysicalMemory(recorded, RAM, BYTES));
        SprdSequences.attach(unit, flavour, 0x9E40_0000L, DEFAULT_PAGE);
        assertThat(Words.writes(recorded, 0)).isEqualTo(writes);

        int before = recorded.steps();
        SprdSequences.sync(unit, flavour);
        assertThat(Words.writes(recorded, before)).isEqualTo((flavour == Flavour.EX ? "4" : "8") + "<-ffffffff");
        SprdSequences.enable(unit, flavour, false);
        assertThat(unit.read32(flavour.cfg())).isZero();
    }

    @ParameterizedTest
    @CsvSource({"EX, 0", "VAU, 1"})
    void theVersionSurvivesAnyWrite(Flavour flavour, int version) {
        SprdUnit unit = attached(flavour);
        unit.write32(SprdLayout.VERSION, -1);

        assertThat(unit.read32(SprdLayout.VERSION) >>> 8 & 0xff).isEqualTo(version);
    }

    @Test
    void readsAndWritesHaveDefaultPagesOfTheirOwnInVau() {
        SprdUnit unit = attached(Flavour.VAU);
        unit.write32(Flavour.VAU.defaultForWrites(), 0x9E3F0);
        var master = new DmaMaster(machine, "dpu", Optional.of(unit), memory);

        assertThat(unit.access(master, 0x8, true)).isEqualTo(new Access.Pass(0x9E3F_0008L));
        assertThat(unit.access(master, 0x8, false)).isEqualTo(new Access.Pass(0x9E3F_F008L));
    }

    @Test
    void outsideTheWindowTheBypassBitLetsPass() {
        SprdUnit unit = attached(Flavour.EX);
        unit.write32(Flavour.EX.cfg(), SprdLayout.CFG_ENABLE | SprdLayout.CFG_BYPASS);

        assertThat(output(unit, 0x1000_0010)).isEqualTo(0x1000_0010);
        assertThat(output(unit, 0x10)).isEqualTo(DEFAULT_PAGE | 0x10);
        assertThat(unit.trace(0x1000_0010, false).verdict()).isEqualTo(new Verdict.Untranslated(0x1000_0010));
    }

    @Test
    void onlyTwentyBitsOfAnEntryCount() {
        SprdUnit unit = attached(Flavour.EX);
        memory.write32(table.base(), 0xFFF9AC41);

        assertThat(output(unit, 0x123)).isEqualTo(0x9AC4_1123L);
    }

    /** What the unit makes of every golden case is what the case's history says. */
    @Test
    void theHardwareFollowsTheKernelsTables() throws IOException {
        List<KernelCase> cases = KernelCase.of("sprd");
        assertThat(cases).hasSize(32);
        for (KernelCase one : cases) {
            var bare = Machine.unrecorded();
            var ram = new PhysicalMemory(bare, one.tableMemory(), 1 << 20);
            one.entries((level, address, value) -> ram.write32(address, (int) value));
            var unit = new SprdUnit(bare, "iommu", Flavour.valueOf(one.variant()), ram);
            SprdSequences.attach(unit, Flavour.valueOf(one.variant()), one.root(), DEFAULT_PAGE);
            // v6.1 says that nothing was unmapped, and clears the range.
            var mapped = one.mapped(true);
            for (long input : one.inputs()) {
                var page = mapped.get(input);
                // 4 GiB, cut to 32 bits, is page 0, which is no page.
                long pa = page == null ? 0 : page.pa() & 0xffff_ffffL;
                assertThat(output(unit, input & 0xffff_ffffL))
                        .as("%s 0x%x", one.name(), input)
                        .isEqualTo(pa == 0 ? DEFAULT_PAGE : pa);
            }
        }
    }

    @Test
    void nothingOutsideTheWindow() {
        assertThat(table.map(SprdPageTable.WINDOW_END + 1, 0, PAGE, 1, 0)).isEqualTo(22);
        assertThat(table.map(SprdPageTable.WINDOW_END - PAGE + 1, 0x5000, PAGE, 2, 0))
                .isEqualTo(22);
        assertThat(table.unmapAsCallback(SprdPageTable.WINDOW_END + 1, PAGE)).isEqualTo(-22);
        assertThat(table.unmapAsCallback(0, PAGE)).isZero();
        assertThat(table.mappedPages()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void theUnitFollowsTheTable(Flavour flavour) {
        table.map(0x34_5000, 0x9AC4_1000L, PAGE, 1, 0);
        SprdUnit unit = attached(flavour);

        assertThat(output(unit, 0x34_5678)).isEqualTo(0x9AC4_1678L);
        assertThat(output(unit, 0x34_6678)).isEqualTo(DEFAULT_PAGE | 0x678);
        assertThat(output(unit, 0x1000_0010)).isEqualTo(DEFAULT_PAGE | 0x10);
        assertThat(unit.fault()).isEmpty();

        SprdSequences.enable(unit, flavour, false);
        assertThat(output(unit, 0x34_5678)).isEqualTo(0x34_5678);
    }

    @ParameterizedTest
    @EnumSource
    void onlyAnUpdateMakesItLookAgain(Flavour flavour) {
        table.map(0, 0x5000, PAGE, 1, 0);
        SprdUnit unit = attached(flavour);
        assertThat(output(unit, 0)).isEqualTo(0x5000);
        table.map(0, 0x7000, PAGE, 1, 0);

        assertThat(output(unit, 0)).isEqualTo(0x5000);
        SprdSequences.sync(unit, flavour);
        assertThat(output(unit, 0)).isEqualTo(0x7000);
    }

    /** The picture says where the access would end, without ending it there. */
    @Test
    void aWalkAsAPicture() {
        table.map(0x34_5000, 0x9AC4_1000L, PAGE, 1, 0);
        SprdUnit unit = attached(Flavour.EX);

        assertThat(unit.trace(0x34_5678, false).verdict()).isEqualTo(new Verdict.Reached(0x9AC4_1678L, PAGE, "rw"));
        assertThat(unit.trace(0x34_6678, false).verdict()).isInstanceOf(Verdict.Redirected.class);
        assertThat(unit.tlb()).isEmpty();
    }

    @Test
    void aThousandRandomOperationsAgainstAPlainArray() {
        var random = new Random(SEED);
        long[] expected = new long[SprdPageTable.ENTRIES];
        for (int i = 0; i < 1_000; i++) {
            int first = random.nextInt(64);
            int count = 1 + random.nextInt(8);
            if (random.nextBoolean()) {
                long pa = (1 + random.nextInt(1 << 19)) * PAGE;
                assertThat(table.map(first * PAGE, pa, PAGE, count, 3)).isEqualTo(count * PAGE);
                for (int j = 0; j < count; j++) {
                    expected[first + j] = pa + j * PAGE;
                }
            } else {
                table.unmap(first * PAGE, PAGE, count);
                java.util.Arrays.fill(expected, first, first + count, 0);
            }
            int probe = random.nextInt(80);
            assertThat(table.translate(probe * PAGE | 0x10))
                    .as("seed %d, operation %d", SEED, i)
                    .isEqualTo(expected[probe] == 0 ? Translation.NOT_MAPPED : expected[probe] | 0x10);
        }
        assertThat(table.free()).isEqualTo(256 << 10);
        assertThat(frames.inUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void randomRegistersAndTablesNeverThrow(Flavour flavour) {
        var random = new Random(SEED);
        SprdUnit unit = attached(flavour);
        for (int i = 0; i < 5_000; i++) {
            unit.write32(random.nextInt(16) * 4, random.nextInt());
            memory.write32(table.base() + random.nextInt(SprdPageTable.ENTRIES) * 4L, random.nextInt());
            long address = random.nextLong() & 0xffff_ffffL;
            assertThat(output(unit, address)).isNotNegative();
            assertThat(unit.trace(address, true)).isNotNull();
        }
    }
}
