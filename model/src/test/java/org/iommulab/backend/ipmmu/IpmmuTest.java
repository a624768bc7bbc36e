package org.iommulab.backend.ipmmu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.backend.ipmmu.IpmmuLayout.Generation;
import org.iommulab.backend.ipmmu.IpmmuLayout.Register;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.lpae.LpaePageTable;
import org.iommulab.pagetable.lpae.LpaeTlb;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The units alone: a root and a leaf of Gen3, as the sheet's registers say. */
class IpmmuTest {
    private static final long RAM = 0x6_0001_0000L;
    private static final long IOVA = 0x4012_3000L;
    private static final long PAGE = RAM + (8 << 20);
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int ON = IpmmuLayout.IMCTR_INTEN | IpmmuLayout.IMCTR_FLUSH | IpmmuLayout.IMCTR_MMUEN;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 16 << 20);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (8 << 20));
    private final InterruptLine irq = new InterruptLine(machine, "irq");
    private final Ipmmu root =
            new Ipmmu(machine, "e67b0000.iommu", Generation.GEN3, Optional.empty(), List.of(), memory, irq);
    private final Ipmmu leaf = new Ipmmu(
            machine,
            "e7740000.iommu",
            Generation.GEN3,
            Optional.of(root),
            List.of(33, 34),
            memory,
            new InterruptLine(machine, "none"));
    private final DmaMaster host = new DmaMaster(machine, "ee140000.mmc", Optional.of(leaf), List.of(34), memory);
    private final DmaMaster other = new DmaMaster(machine, "ee120000.mmc", Optional.of(leaf), List.of(33), memory);
    private final LpaePageTable table =
            new LpaePageTable(memory, frames, IpmmuLayout.FORMAT, LpaeTlb.NONE, TableListener.NONE);

    private static int at(Register register, int context) {
        return Generation.GEN3.offset(register, context);
    }

    private void enableContext(int context) {
        root.write32(at(Register.IMTTLBR0, context), (int) table.base());
        root.write32(at(Register.IMTTUBR0, context), (int) (table.base() >>> 32));
        root.write32(at(Register.IMTTBCR, context), Generation.GEN3.control());
        leaf.write32(at(Register.IMCTR, context), ON);
        root.write32(at(Register.IMCTR, context), ON);
    }

    private void enableMicroTlb(int micro, int context) {
        leaf.write32(Generation.GEN3.control(micro), context << 4 | 3);
    }

    @ParameterizedTest
    @CsvSource({
        "GEN3,0,0x0",
        "GEN3,1,0x40",
        "GEN3,7,0x1c0",
        "GEN4,0,0x10000",
        "GEN4,1,0x11040",
        "GEN4,7,0x171c0",
        "GEN4,8,0x18800",
        "GEN4,15,0x1f9c0"
    })
    void contextsAreWhereTheSheetSays(Generation generation, int context, String offset) {
        assertThat(generation.offset(Register.IMCTR, context)).isEqualTo(Integer.decode(offset));
    }

    @Test
    void microTlbsAreWhereTheSheetSays() {
        assertThat(Generation.GEN3.control(34)).isEqualTo(0x620);
        assertThat(Generation.GEN3.asid(34)).isEqualTo(0x628);
        assertThat(Generation.GEN4.control(1)).isEqualTo(0x3310);
        assertThat(Generation.GEN2.control()).isEqualTo(0x80003510);
    }

    @Test
    void theWorkedExampleOfTheSheet() {
        assertThat(table.base()).isEqualTo(0x6_0001_0000L);
        table.map(IOVA, 0x1_2345_6000L, 4096, 1, RW);
        table.map(0xbfe0_0000L, 0x7_4020_0000L, 2 << 20, 1, RW);
        assertThat(memory.read64(0x6_0001_0008L)).isEqualTo(0x8080_0006_0001_1003L);
        assertThat(memory.read64(0x6_0001_1000L)).isEqualTo(0x8080_0006_0001_2003L);
        assertThat(memory.read64(0x6_0001_2918L)).isEqualTo(0x1_2345_6e63L);
        assertThat(table.radix().entry(1, 0xbfe0_0000L)).isEqualTo(0x7_4020_0e61L);
    }

    @ParameterizedTest
    @CsvSource({"3,e63,e61", "1,ee3,ee1", "7,f67,f65", "5,fe7,fe5", "19,e6b,e69", "35,e23,e21", "2,e63,e61"})
    void leavesAreTheSheets(int prot, String page, String block) {
        assertThat(Long.toHexString(IpmmuLayout.FORMAT.leaf(2, 4096, 0, prot))).isEqualTo(page);
        assertThat(Long.toHexString(IpmmuLayout.FORMAT.leaf(1, 2 << 20, 0, prot)))
                .isEqualTo(block);
    }

    @Test
    void bothSwitchesAreNeeded() {
        memory.write32(PAGE, 77);
        table.map(IOVA, PAGE, 4096, 1, RW);
        assertThat(host.read32(PAGE)).as("micro-TLB off").isEqualTo(new Reply.Done(77));
        enableMicroTlb(34, 1);
        assertThat(host.read32(IOVA)).as("context off").isEqualTo(new Reply.Refused("context is off"));
        assertThat(leaf.refuses(host)).isTrue();
        enableContext(1);
        assertThat(host.read32(IOVA)).isEqualTo(new Reply.Done(77));
        assertThat(other.read32(PAGE)).as("its neighbour").isEqualTo(new Reply.Done(77));
        assertThat(leaf.translating(host)).isTrue();
        assertThat(leaf.tableBase(host)).isEqualTo(table.base());
        assertThat(leaf.translating(other)).isFalse();
    }

    @Test
    void everyPageSizeIsWalked() {
        enableContext(1);
        enableMicroTlb(34, 1);
        table.map(0xbfe0_0000L, 0x6_0020_0000L, 2 << 20, 1, RW);
        memory.write32(0x6_0020_1234L, 9);
        assertThat(host.read32(0xbfe0_1234L)).isEqualTo(new Reply.Done(9));
        table.map(0x0, 0x6_0000_0000L & -(1L << 30), 1L << 30, 1, RW);
        assertThat(host.read32(0x20_1234)).isEqualTo(new Reply.Done(9));
    }

    @Test
    void faultsAreLatchedInTheRootAndClearedWithZero() {
        enableContext(1);
        enableMicroTlb(34, 1);
        var seen = new ArrayList<Integer>();
        irq.connect(() -> {
            seen.add(root.read32(at(Register.IMSTR, 1)));
            seen.add(root.read32(at(Register.IMELAR, 1)));
            root.write32(at(Register.IMSTR, 1), 0);
            seen.add(root.read32(at(Register.IMELAR, 1)));
        });
        assertThat(host.read32(0x4012_4000L)).isEqualTo(new Reply.Refused("translation fault"));
        assertThat(seen).containsExactly(1, 0x4012_4000, 0);
        assertThat(irq.isRaised()).isFalse();

        table.map(IOVA, PAGE, 4096, 1, Prot.READ);
        assertThat(host.write32(IOVA, 1)).isEqualTo(new Reply.Refused("permission fault"));
        assertThat(host.read32(1L << 32)).isEqualTo(new Reply.Refused("translation fault"));
        assertThat(seen.get(3)).isEqualTo(IpmmuLayout.IMSTR_PF);
    }

    @Test
    void entriesThatDoNotSayNonSecureFault() {
        enableContext(1);
        enableMicroTlb(34, 1);
        table.map(IOVA, PAGE, 4096, 1, RW);
        long entry = table.radix().entry(2, IOVA);
        table.radix().writeEntry(2, IOVA, entry & ~(1L << 5));
        assertThat(host.read32(IOVA)).isEqualTo(new Reply.Refused("permission fault"));
        root.write32(at(Register.IMCTR, 1), ON);
        leaf.write32(at(Register.IMCTR, 1), ON);
        table.radix().writeEntry(2, IOVA, entry);
        assertThat(host.read32(IOVA)).isEqualTo(new Reply.Done(0));
        long address = table.base() + 8 * (IOVA >>> 30);
        memory.write64(address, memory.read64(address) & ~(1L << 63));
        leaf.write32(at(Register.IMCTR, 1), ON);
        root.write32(at(Register.IMCTR, 1), ON);
        assertThat(host.read32(IOVA)).isEqualTo(new Reply.Refused("permission fault"));
    }

    @Test
    void aFlushOfTheRootAloneLeavesTheMicroTlbStale() {
        enableContext(1);
        enableMicroTlb(34, 1);
        table.map(IOVA, PAGE, 4096, 1, RW);
        host.read32(IOVA);
        assertThat(leaf.tlb()).hasSize(1);
        assertThat(root.tlb()).hasSize(1).allMatch(t -> t.table() == table.base());
        table.unmap(IOVA, 4096, 1);
        root.write32(at(Register.IMCTR, 1), ON);
        assertThat(root.tlb()).isEmpty();
        assertThat(host.read32(IOVA)).as("stale").isEqualTo(new Reply.Done(0));
        leaf.write32(at(Register.IMCTR, 1), ON);
        assertThat(host.read32(IOVA)).isEqualTo(new Reply.Refused("translation fault"));
        assertThat(root.read32(at(Register.IMCTR, 1)) & IpmmuLayout.IMCTR_FLUSH).isZero();
    }

    @Test
    void enablingAMicroTlbFlushesItAlone() {
        enableContext(1);
        enableMicroTlb(33, 1);
        enableMicroTlb(34, 1);
        table.map(IOVA, PAGE, 4096, 1, RW);
        host.read32(IOVA);
        other.read32(IOVA);
        assertThat(leaf.tlb()).hasSize(2);
        enableMicroTlb(34, 1);
        assertThat(leaf.tlb()).hasSize(1);
    }

    @Test
    void theWalkIsThePortsOwn() {
        enableContext(1);
        enableMicroTlb(34, 1);
        table.map(IOVA, PAGE, 4096, 1, Prot.READ);
        var trace = leaf.trace(host, IOVA + 4, false);
        assertThat(trace.levels()).hasSize(3);
        assertThat(trace.tlb()).isEqualTo("miss");
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(PAGE + 4, 4096, "r"));
        assertThat(leaf.trace(host, IOVA, true).verdict()).isEqualTo(new Verdict.Refused("permission fault"));
        assertThat(leaf.trace(other, IOVA, false).verdict()).isEqualTo(new Verdict.Untranslated(IOVA));
        host.read32(IOVA);
        assertThat(leaf.trace(host, IOVA, false).tlb()).isEqualTo("hit");
    }

    @Test
    void aUnitOfGen2IsRootAndLeaf() {
        var both = new Ipmmu(machine, "fe951000.iommu", Generation.GEN2, Optional.empty(), List.of(1), memory, irq);
        var vsp = new DmaMaster(machine, "vsp", Optional.of(both), List.of(1), memory);
        both.write32(Generation.GEN2.offset(Register.IMTTLBR0, 0), (int) table.base());
        both.write32(Generation.GEN2.offset(Register.IMTTUBR0, 0), (int) (table.base() >>> 32));
        both.write32(Generation.GEN2.offset(Register.IMCTR, 0), ON);
        both.write32(Generation.GEN2.control(1), 3);
        table.map(IOVA, PAGE, 4096, 1, RW);
        memory.write32(PAGE, 5);
        assertThat(vsp.read32(IOVA)).isEqualTo(new Reply.Done(5));
        assertThat(both.model()).isEqualTo("IPMMU Gen2, root and leaf");
    }

    @Test
    void randomRegistersAndRandomTablesNeverThrow() {
        long seed = 20230110;
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            long low = random.nextBoolean() ? RAM + random.nextInt(1 << 18) : random.nextLong();
            memory.write64(RAM + 8L * random.nextInt(1 << 15), low | random.nextInt(4) | 1L << 63 | 0x20);
        }
        for (int i = 0; i < 5000; i++) {
            int context = random.nextInt(8);
            Register register = Register.values()[random.nextInt(Register.values().length)];
            root.write32(at(register, context), random.nextBoolean() ? random.nextInt() : 0x20000);
            root.write32(at(Register.IMTTUBR0, context), random.nextBoolean() ? 6 : random.nextInt());
            leaf.write32(Generation.GEN3.control(33 + random.nextInt(2)), random.nextInt());
            leaf.write32(random.nextInt(), random.nextInt());
            root.read32(random.nextInt());
            long address = random.nextBoolean() ? random.nextLong() : random.nextInt() & 0xffff_ffffL;
            DmaMaster port = random.nextBoolean() ? host : other;
            boolean write = random.nextBoolean();
            assertThat(write ? port.write32(address, 1) : port.read32(address))
                    .as("seed %d", seed)
                    .isNotNull();
            assertThat(leaf.trace(port, address, write)).isNotNull();
            assertThat(root.trace(address, write)).isNotNull();
            leaf.registers();
            root.registers();
            leaf.tlb();
            root.tlb();
            root.fault();
        }
    }
}
