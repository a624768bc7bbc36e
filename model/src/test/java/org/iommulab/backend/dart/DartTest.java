package org.iommulab.backend.dart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.backend.dart.DartLayout.Build;
import org.iommulab.backend.dart.DartLayout.Chip;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The unit alone, as the sheet's registers say. */
class DartTest {
    private static final long RAM = 0x8_0000_0000L;
    private static final long IOVA = 0x1234_8000L;
    private static final long PAGE = RAM + (8 << 20);
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int STREAM = 1;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 16 << 20);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (8 << 20));
    private final InterruptLine irq = new InterruptLine(machine, "irq");

    /** A unit with a driver's table for it. */
    private final class Bench {
        private final Chip chip;
        private final DartFamily family;
        private final Dart dart;
        private final DartPageTable table;

        Bench(Chip chip, int pageShift, boolean bypass, boolean locked) {
            this.chip = chip;
            this.family = chip.family();
            this.dart = new Dart(
                    machine, "681008000.iommu", new Build(chip, pageShift, 16, bypass, locked, 32), memory, irq);
            this.table = new DartPageTable(
                    memory,
                    frames,
                    new DartFormat(chip.version(), 32, chip.version().outputBits(), pageShift),
                    TableFlush.NONE,
                    TableListener.NONE,
                    warning -> {});
        }

        Bench(Chip chip) {
            this(chip, 14, true, false);
        }

        DmaMaster port(int stream) {
            return new DmaMaster(machine, "port " + stream, Optional.of(dart), List.of(stream), memory);
        }

        void enable() {
            dart.write32(family.enable(0), -1);
        }

        void translate(int stream) {
            List<Long> bases = table.bases();
            for (int i = 0; i < bases.size(); i++) {
                dart.write32(family.ttbr(stream, i), family.ttbrOf(bases.get(i)));
            }
            dart.write32(family.tcr(stream), family.translate());
        }

        void flush(int stream) {
            if (family == DartFamily.T8020) {
                dart.write32(0x34, 1 << stream);
                dart.write32(0x20, 1 << 20);
            } else {
                dart.write32(0x80, 0x100 | stream);
            }
        }

        Reply refused(DartFault fault) {
            return new Reply.Refused(fault.words());
        }
    }

    @Test
    void offsetsAreTheSheets() {
        assertThat(DartFamily.T8020.tcr(3)).isEqualTo(0x10c);
        assertThat(DartFamily.T8020.ttbr(3, 2)).isEqualTo(0x238);
        assertThat(DartFamily.T8110.tcr(3)).isEqualTo(0x100c);
        assertThat(DartFamily.T8110.ttbr(3, 0)).isEqualTo(0x140c);
        assertThat(DartFamily.T8020.bypass()).isEqualTo(0x1100);
        assertThat(DartFamily.T8020.translate()).isEqualTo(0x80);
        assertThat(DartFamily.T8110.bypass()).isEqualTo(6);
        assertThat(DartFamily.T8110.translate()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "T8020,0x80ac00000,8080ac00",
        "T8020,0x1000ac00000,9000ac00",
        "T8110,0x1000ac00000,1000ac01",
    })
    void tableRegistersAreTheSheets(DartFamily family, String table, String value) {
        int ttbr = family.ttbrOf(Long.decode(table));
        assertThat(Integer.toHexString(ttbr)).isEqualTo(value);
        assertThat(family.tableOf(ttbr)).contains(Long.decode(table));
        assertThat(family.tableOf(0)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void nothingPassesUntilAStreamIsEnabledAndTold(Chip chip) {
        var bench = new Bench(chip);
        DmaMaster port = bench.port(STREAM);
        memory.write32(PAGE, 77);
        bench.table.map(IOVA, PAGE, 1 << 14, 1, RW);
        assertThat(port.read32(PAGE)).isEqualTo(bench.refused(DartFault.NO_TTBR));
        bench.translate(STREAM);
        assertThat(bench.dart.refuses(port)).as("not enabled").isTrue();
        bench.enable();
        assertThat(port.read32(IOVA)).isEqualTo(new Reply.Done(77));
        assertThat(bench.dart.translating(port)).isTrue();
        assertThat(bench.dart.tableBase(port)).isEqualTo(bench.table.base());
        assertThat(bench.port(2).read32(IOVA)).as("another stream").isEqualTo(bench.refused(DartFault.NO_TTBR));
        bench.dart.write32(chip.family().tcr(STREAM), chip.family().bypass());
        assertThat(port.read32(PAGE)).isEqualTo(new Reply.Done(77));
        assertThat(bench.dart.translating(port)).isFalse();
        bench.dart.write32(chip.family().tcr(STREAM), 0);
        assertThat(port.read32(IOVA)).isEqualTo(bench.refused(DartFault.NO_TTBR));
    }

    @Test
    void withoutBypassSupportTheBypassBitsBlock() {
        var bench = new Bench(Chip.T8103, 14, false, false);
        bench.enable();
        assertThat(bench.dart.read32(4)).isZero();
        bench.dart.write32(0x104, 0x1100);
        assertThat(bench.port(STREAM).read32(PAGE)).isEqualTo(bench.refused(DartFault.NO_TTBR));
    }

    @ParameterizedTest
    @CsvSource({"T8103,2,4,8,10", "T6000,2,4,8,10", "T8110,4,8,10,20"})
    void faultsHaveTheSheetsCodes(Chip chip, String pmd, String pte, String write, String read) {
        var bench = new Bench(chip);
        bench.enable();
        bench.dart.write32(0x104, 0); // T8110: unmasks; T8020: a TCR
        bench.translate(STREAM);
        var seen = new ArrayList<String>();
        irq.connect(() -> {
            int status = bench.dart.read32(chip.family().error());
            long address = bench.dart.read32(chip.family().errorAddressLow()) & 0xffff_ffffL;
            seen.add(Integer.toHexString(chip.family().codeOf(status)) + "@" + Long.toHexString(address));
            assertThat(chip.family().streamOf(status)).isEqualTo(STREAM);
            bench.dart.write32(chip.family().error(), status);
        });
        DmaMaster port = bench.port(STREAM);
        assertThat(port.read32(IOVA)).isEqualTo(bench.refused(DartFault.NO_PMD));
        bench.table.map(IOVA, PAGE, 1 << 14, 1, Prot.READ);
        bench.table.map(IOVA + (1 << 14), PAGE, 1 << 14, 1, Prot.WRITE);
        bench.flush(STREAM);
        assertThat(port.read32(IOVA + (2 << 14))).isEqualTo(bench.refused(DartFault.NO_PTE));
        assertThat(port.write32(IOVA, 1)).isEqualTo(bench.refused(DartFault.WRITE));
        assertThat(port.read32(IOVA + (1 << 14))).isEqualTo(bench.refused(DartFault.READ));
        assertThat(port.write32(IOVA + (1 << 14), 5)).isEqualTo(new Reply.Done(5));
        assertThat(port.read32(IOVA)).isEqualTo(new Reply.Done(5));
        assertThat(seen).containsExactly(pmd + "@12348000", pte + "@12350000", write + "@12348000", read + "@1234c000");
        assertThat(irq.isRaised()).isFalse();
    }

    @Test
    void theFirstFaultIsKeptUntilItIsWrittenBack() {
        var bench = new Bench(Chip.T8103);
        bench.enable();
        bench.translate(STREAM);
        bench.port(STREAM).read32(0x1000_0000L);
        bench.port(STREAM).read32(0x2000_0000L);
        assertThat(Integer.toHexString(bench.dart.read32(0x40))).isEqualTo("81000002");
        assertThat(bench.dart.read32(0x50)).isEqualTo(0x1000_0000);
        assertThat(bench.dart.fault()).isEqualTo("NO PMD FOR IOVA at 0x10000000, stream 1");
        assertThat(irq.isRaised()).isTrue();
        bench.dart.write32(0x40, 0x8100_0002);
        assertThat(bench.dart.read32(0x40)).isZero();
        assertThat(irq.isRaised()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void thatNothingIsMappedIsCachedUntilTheStreamIsFlushed(Chip chip) {
        var bench = new Bench(chip);
        bench.enable();
        bench.translate(STREAM);
        bench.translate(2);
        DmaMaster port = bench.port(STREAM);
        port.read32(IOVA);
        bench.table.map(IOVA, PAGE, 1 << 14, 1, RW);
        assertThat(port.read32(IOVA)).isEqualTo(bench.refused(DartFault.NO_PMD));
        bench.flush(2);
        assertThat(port.read32(IOVA)).as("another stream's flush").isEqualTo(bench.refused(DartFault.NO_PMD));
        assertThat(bench.dart.trace(port, IOVA, false).tlb()).isEqualTo("hit");
        bench.flush(STREAM);
        assertThat(port.read32(IOVA)).isEqualTo(new Reply.Done(0));
        bench.table.unmap(IOVA, 1 << 14, 1);
        assertThat(port.read32(IOVA)).as("stale").isEqualTo(new Reply.Done(0));
        bench.flush(STREAM);
        assertThat(port.read32(IOVA)).isEqualTo(bench.refused(DartFault.NO_PTE));
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void aLockedUnitKeepsItsStreams(Chip chip) {
        var bench = new Bench(chip, 14, true, true);
        bench.enable();
        bench.translate(STREAM);
        bench.dart.write32(chip.family().lock(), 0);
        bench.dart.write32(DartLayout.UNPROTECT, -1);
        bench.translate(STREAM);
        assertThat(bench.dart.read32(chip.family().tcr(STREAM))).isZero();
        assertThat(bench.dart.read32(chip.family().ttbr(STREAM, 0))).isZero();
        assertThat(bench.dart.read32(chip.family().lock()) & chip.family().lockBit())
                .isNotZero();
    }

    @Test
    void smallPagesUseAllFourTables() {
        var bench = new Bench(Chip.T8103, 12, true, false);
        bench.enable();
        bench.translate(STREAM);
        DmaMaster port = bench.port(STREAM);
        assertThat(bench.table.bases()).hasSize(4);
        memory.write32(PAGE + 8, 3);
        for (long input : new long[] {0x1000, 0x4000_0000L, 0x8000_1000L, 0xffff_f000L}) {
            bench.table.map(input, PAGE, 1 << 12, 1, RW);
            assertThat(port.read32(input + 8)).isEqualTo(new Reply.Done(3));
        }
        assertThat(port.read32(1L << 32)).isEqualTo(bench.refused(DartFault.NO_TTBR));
    }

    @Test
    void onT8110AFaultIsNotedForItsStreamAndCanBeMasked() {
        var bench = new Bench(Chip.T8110);
        bench.enable();
        bench.translate(STREAM);
        bench.port(STREAM).read32(IOVA);
        assertThat(irq.isRaised()).as("all is masked after power-on").isFalse();
        assertThat(bench.dart.read32(0x1c0)).isEqualTo(2);
        bench.dart.write32(0x1c0, -1);
        assertThat(bench.dart.read32(0x1c0)).isZero();
        bench.dart.write32(0xc20, 2);
        assertThat(bench.dart.refuses(bench.port(STREAM))).isTrue();
        assertThat(bench.dart.read32(0x0c)).isEqualTo(16);
        assertThat(bench.dart.read32(0x08)).isEqualTo(42 << 24 | 32 << 16);
    }

    @Test
    void onT8110OneCommandDropsEverything() {
        var bench = new Bench(Chip.T8110);
        bench.enable();
        bench.translate(STREAM);
        bench.translate(2);
        bench.table.map(IOVA, PAGE, 1 << 14, 1, RW);
        bench.port(STREAM).read32(IOVA);
        bench.port(2).read32(IOVA);
        bench.dart.write32(0x80, 0x101);
        assertThat(bench.dart.tlb()).hasSize(1).allMatch(entry -> entry.table() == bench.table.base());
        bench.dart.write32(0x80, 0);
        assertThat(bench.dart.tlb()).isEmpty();
    }

    @Test
    void theWalkIsTheStreamsOwn() {
        var bench = new Bench(Chip.T8103);
        bench.enable();
        bench.translate(STREAM);
        bench.table.map(IOVA, PAGE, 1 << 14, 1, Prot.READ);
        DmaMaster port = bench.port(STREAM);
        var trace = bench.dart.trace(port, IOVA + 4, false);
        assertThat(trace.levels()).hasSize(2);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(PAGE + 4, 1 << 14, "r"));
        assertThat(bench.dart.trace(port, IOVA, true).verdict()).isEqualTo(new Verdict.Refused("WRITE FAULT"));
        assertThat(bench.dart.trace(bench.port(2), IOVA, false).verdict())
                .isEqualTo(new Verdict.Refused("the stream is blocked"));
        assertThat(trace.fields().getFirst().high()).isEqualTo(63);
        assertThat(trace.fields().getLast().low()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void randomRegistersAndRandomTablesNeverThrow(Chip chip) {
        long seed = 8_103;
        var random = new Random(seed);
        var bench = new Bench(chip);
        for (int i = 0; i < 4000; i++) {
            memory.write64(
                    RAM + 8L * random.nextInt(1 << 15), random.nextLong() & (random.nextBoolean() ? -1 : 0xfff_ffffL));
        }
        for (int i = 0; i < 5000; i++) {
            int[] offsets = {
                random.nextInt(0x2000),
                chip.family().tcr(random.nextInt(16)),
                chip.family().ttbr(random.nextInt(16), 0),
                random.nextInt()
            };
            int offset = offsets[random.nextInt(offsets.length)];
            bench.dart.write32(
                    offset,
                    random.nextBoolean() ? random.nextInt() : chip.family().ttbrOf(RAM));
            bench.dart.read32(random.nextInt(0x2000));
            DmaMaster port = bench.port(random.nextInt(20) - 2);
            long address = random.nextBoolean() ? random.nextLong() : random.nextInt() & 0xffff_ffffL;
            boolean write = random.nextBoolean();
            assertThat(write ? port.write32(address, 1) : port.read32(address))
                    .as("seed %d", seed)
                    .isNotNull();
            assertThat(bench.dart.trace(port, address, write)).isNotNull();
            assertThat(bench.dart.trace(address, write)).isNotNull();
            bench.dart.registers();
            bench.dart.tlb();
            bench.dart.fault();
        }
    }
}
