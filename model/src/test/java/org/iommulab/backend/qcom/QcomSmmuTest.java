package org.iommulab.backend.qcom;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.iommulab.backend.qcom.QcomLayout.Register;
import org.iommulab.hardware.DmaMaster;
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

/** The unit alone: what its banks do with accesses, as the sheet's registers say. */
class QcomSmmuTest {
    private static final long RAM = 0x8000_0000L;
    private static final long IOVA = 0x5234_5000L;
    private static final long PAGE = RAM + (8 << 20);
    private static final int RW = Prot.READ | Prot.WRITE;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 16 << 20);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (8 << 20));
    private final AtomicBoolean clocked = new AtomicBoolean(true);
    private final QcomSmmu unit =
            new QcomSmmu(machine, "1ef0000.iommu", List.of(3, 4), Optional.of(0xd0000), memory, clocked::get);
    private final DmaMaster camera = port("camera", 3);
    private final DmaMaster display = port("display", 4);
    private final LpaePageTable table =
            new LpaePageTable(memory, frames, QcomDomain.FORMAT, LpaeTlb.NONE, TableListener.NONE);

    private DmaMaster port(String name, int bank) {
        return new DmaMaster(machine, name, Optional.of(unit), List.of(bank), memory);
    }

    private void write(int bank, Register register, int value) {
        unit.write32(register.in(bank), value);
    }

    private int read(int bank, Register register) {
        return unit.read32(register.in(bank));
    }

    private void enable(int bank, int sctlr) {
        write(bank, Register.TTBR0, (int) table.base());
        write(bank, Register.TTBR0_HI, bank << QcomLayout.TTBR_ASID_SHIFT);
        write(bank, Register.TCR, 0x80802020);
        write(bank, Register.SCTLR, sctlr);
    }

    private void enable(int bank) {
        enable(bank, QcomLayout.SCTLR_ON);
    }

    @Test
    void theConstantsAreTheSheets() {
        assertThat(QcomLayout.SCTLR_ON).isEqualTo(0x10e7);
        assertThat(Register.S1_TLBIVAL.in(4)).isEqualTo(0x4620);
        assertThat(QcomDomain.FORMAT.config().pageSizes()).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource({
        "3,9abcde43",
        "1,9abcdec3",
        "11,6000009abcde43",
        "7,9abcdf47",
        "19,9abcde4b",
        "35,9abcde03",
    })
    void leavesAreTheSheets(int prot, String entry) {
        assertThat(Long.toHexString(QcomDomain.FORMAT.leaf(2, 4096, 0x9abc_d000L, prot)))
                .isEqualTo(entry);
    }

    @Test
    void theWorkedExampleOfTheSheet() {
        table.map(0x5234_5000L, 0x9abc_d000L, 4096, 1, RW);
        long second = table.radix().entry(0, 0x5234_5000L);
        assertThat(second).isEqualTo(memory.read64(table.base() + 8)).isEqualTo(table.base() + 0x1000 | 3 | 1L << 55);
        long third = memory.read64(table.base() + 0x1000 + 0x488);
        assertThat(third).isEqualTo(table.base() + 0x2000 | 3 | 1L << 55);
        assertThat(memory.read64(table.base() + 0x2000 + 0xa28)).isEqualTo(0x9abc_de43L);
    }

    @Test
    void eachPortGoesThroughItsOwnBank() {
        memory.write32(PAGE, 77);
        table.map(IOVA, PAGE, 4096, 1, RW);
        enable(4);

        assertThat(display.read32(IOVA)).isEqualTo(new Reply.Done(77));
        assertThat(camera.read32(IOVA)).isEqualTo(new Reply.NoAnswer(IOVA));
        assertThat(camera.read32(PAGE)).isEqualTo(new Reply.Done(77));
        assertThat(unit.translating(display)).isTrue();
        assertThat(unit.translating(camera)).isFalse();
        assertThat(unit.tableBase(display)).isEqualTo(table.base());
        assertThat(port("nobody", 9).read32(PAGE)).isEqualTo(new Reply.Refused("no context bank"));
    }

    @Test
    void theHardwareReadsBlocksThoughTheDriverMakesNone() {
        memory.write64(table.base() + 8 * (IOVA >>> 30), RAM & -(1L << 30) | 0xe41);
        enable(4);
        memory.write32(RAM + 0x1234, 5);
        assertThat(display.read32(0x4000_0000L + 0x1234)).isEqualTo(new Reply.Done(5));
    }

    @Test
    void aFaultIsLatchedStalledAndTerminated() {
        enable(4);
        table.map(IOVA, PAGE, 4096, 1, RW);
        unit.lines().get(1).connect(() -> {
            assertThat(read(4, Register.FSR)).isEqualTo(0x202);
            assertThat(read(4, Register.FAR)).isEqualTo(0x5234_6000);
            assertThat(read(4, Register.FSYNR0)).isEqualTo(0x13);
            assertThat(unit.blocked()).isTrue();
            assertThat(display.read32(IOVA)).isEqualTo(new Reply.Held());
            write(4, Register.FSR, 0x202);
            write(4, Register.RESUME, QcomLayout.RESUME_TERMINATE);
        });
        assertThat(display.write32(IOVA + 0x1000, 1)).isEqualTo(new Reply.Refused("translation fault"));
        assertThat(unit.fault()).isEmpty();
        assertThat(unit.lines().get(1).isRaised()).isFalse();
        assertThat(display.read32(IOVA)).isEqualTo(new Reply.Done(0));
    }

    @Test
    void aRetryFindsWhatTheHandlerMapped() {
        enable(4);
        memory.write32(PAGE, 99);
        unit.lines().get(1).connect(() -> {
            table.map(IOVA, PAGE, 4096, 1, RW);
            write(4, Register.FSR, read(4, Register.FSR));
            write(4, Register.RESUME, 0);
        });
        assertThat(display.read32(IOVA)).isEqualTo(new Reply.Done(99));
    }

    @Test
    void withoutAHandlerTheMasterIsFrozen() {
        enable(4);
        assertThat(display.read32(IOVA)).isEqualTo(new Reply.Held());
        assertThat(display.read32(IOVA)).isEqualTo(new Reply.Held());
        assertThat(camera.read32(PAGE)).as("another bank").isEqualTo(new Reply.Done(0));
        write(4, Register.RESUME, QcomLayout.RESUME_TERMINATE);
        assertThat(unit.blocked()).isFalse();
    }

    @Test
    void aSecondFaultOnlySaysMulti() {
        enable(4, QcomLayout.SCTLR_M);
        display.read32(IOVA);
        display.write32(IOVA + 0x4000, 0);
        assertThat(read(4, Register.FSR)).isEqualTo(0x202 | QcomLayout.FSR_MULTI);
        assertThat(read(4, Register.FAR)).isEqualTo((int) IOVA);
        assertThat(read(4, Register.FSYNR0)).isEqualTo(1);
    }

    @Test
    void permissionsAndTheAccessFlagAreChecked() {
        enable(4, QcomLayout.SCTLR_M);
        table.map(IOVA, PAGE, 4096, 1, Prot.READ);
        table.map(IOVA + 0x1000, PAGE, 4096, 1, RW | Prot.PRIV);
        assertThat(display.read32(IOVA)).isEqualTo(new Reply.Done(0));
        assertThat(display.write32(IOVA, 1)).isEqualTo(new Reply.Refused("permission fault"));
        assertThat(display.read32(IOVA + 0x1000)).isEqualTo(new Reply.Refused("permission fault"));
        long leaf = table.radix().entry(2, IOVA);
        table.radix().writeEntry(2, IOVA + 0x2000, leaf & ~(1L << 10));
        assertThat(display.read32(IOVA + 0x2000)).isEqualTo(new Reply.Refused("access flag fault"));
        assertThat(display.read32(1L << 32)).isEqualTo(new Reply.Refused("translation fault"));
    }

    @Test
    void invalidationIsByAddressAndAddressSpace() {
        table.map(IOVA, PAGE, 4096, 1, RW);
        enable(3);
        enable(4);
        display.read32(IOVA);
        camera.read32(IOVA);
        assertThat(unit.tlb()).hasSize(2).allMatch(t -> t.table() == table.base());

        write(4, Register.S1_TLBIVAL, 0x52346004);
        assertThat(unit.tlb()).hasSize(2);
        write(4, Register.S1_TLBIVAL, 0x52345004);
        assertThat(unit.tlb()).hasSize(1);
        write(3, Register.S1_TLBIASID, 3);
        assertThat(unit.tlb()).isEmpty();
        assertThat(read(3, Register.TLBSTATUS) & QcomLayout.TLBSTATUS_ACTIVE).isZero();
    }

    @Test
    void withoutClocksNothingAnswersAndNothingIsLost() {
        enable(4);
        clocked.set(false);
        assertThat(read(4, Register.SCTLR)).isZero();
        write(4, Register.SCTLR, 0);
        assertThat(display.read32(IOVA)).isEqualTo(new Reply.Held());
        clocked.set(true);
        assertThat(read(4, Register.SCTLR)).isEqualTo(0x10e7);
    }

    @Test
    void theWalkIsThePortsOwn() {
        table.map(IOVA, PAGE, 4096, 1, Prot.READ);
        enable(4);
        var trace = unit.trace(display, IOVA + 0x123, false);
        assertThat(trace.levels()).hasSize(3);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(PAGE + 0x123, 4096, "r"));
        assertThat(unit.trace(display, IOVA, true).verdict()).isEqualTo(new Verdict.Refused("permission fault"));
        assertThat(unit.trace(camera, IOVA, true).verdict()).isEqualTo(new Verdict.Untranslated(IOVA));
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Reached(PAGE, 4096, "r"));
    }

    @Test
    void randomRegistersAndRandomTablesNeverThrow() {
        long seed = 20230110;
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            memory.write64(RAM + 8L * random.nextInt(1 << 15), random.nextLong() & 0xff_ffff_ffffL | random.nextInt(4));
        }
        for (int i = 0; i < 5000; i++) {
            int bank = random.nextInt(6);
            Register register = Register.values()[random.nextInt(Register.values().length)];
            boolean ram = register == Register.TTBR0 && random.nextBoolean();
            write(bank, register, ram ? (int) RAM + random.nextInt(1 << 18) : random.nextInt());
            unit.write32(random.nextInt(), random.nextInt());
            unit.read32(random.nextInt());
            long address = random.nextBoolean() ? random.nextLong() : random.nextInt() & 0xffff_ffffL;
            DmaMaster port = random.nextBoolean() ? display : camera;
            boolean write = random.nextBoolean();
            assertThat(write ? port.write32(address, 1) : port.read32(address))
                    .as("seed %d", seed)
                    .isNotNull();
            assertThat(unit.trace(port, address, write)).isNotNull();
            assertThat(unit.registers()).isNotEmpty();
            unit.tlb();
            unit.fault();
        }
    }
}
