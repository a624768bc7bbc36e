package org.iommulab.backend.mtkv1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MtkV1UnitTest {
    private static final long RAM = 0xBE00_0000L;
    private static final long IOVA = 0x12_3000;
    private static final long PAGE = 0xBE00_7000L;
    private static final long BUFFER = 0xBE00_6000L;
    private static final long SEED = 10_205;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 16 << 20);
    private final MtkV1PageTable table = new MtkV1PageTable(
            memory,
            new FrameAllocator(machine, 0xBE40_0000L, RAM + (16 << 20)),
            MtkV1PageTable.Occupied.TAKE_BACK,
            TableListener.NONE);
    private final InterruptLine irq = new InterruptLine(machine, "irq");
    private final MtkV1Unit unit = new MtkV1Unit(machine, "10205000.mmsys_iommu", memory, irq);
    private final DmaMaster rdma = master("14008000.rdma", 2);
    private final DmaMaster jpeg = master("15004000.jpegdec", 43);

    private DmaMaster master(String name, int port) {
        return new DmaMaster(machine, name, Optional.of(unit), List.of(port), memory);
    }

    private void on() {
        unit.powerOn();
        MtkV1Flush.initialise(unit, BUFFER);
        unit.write32(MtkV1Layout.PT_BASE_ADDR, (int) table.base());
        unit.smi().write32(MtkV1Layout.smiRegister(2), MtkV1Layout.SMI_VIRTUAL << MtkV1Layout.smiShift(2));
    }

    @ParameterizedTest
    @CsvSource({"2, 0x5C0, 0x00000E00", "43, 0x5D4, 0x0000E000", "0, 0x5C0, 0xE", "7, 0x5C0, 0xE0000000"})
    void theSwitchOfAPort(int id, int register, long value) {
        assertThat(MtkV1Layout.smiRegister(id)).isEqualTo(register);
        assertThat((long) MtkV1Layout.SMI_VIRTUAL << MtkV1Layout.smiShift(id)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "10, 0, 10", "11, 1, 0", "20, 1, 9", "21, 2, 0", "28, 2, 7", "43, 2, 22", "44, 3, 0"})
    void larbsAndPorts(int id, int larb, int port) {
        assertThat(MtkV1Layout.larb(id)).isEqualTo(larb);
        assertThat(MtkV1Layout.port(id)).isEqualTo(port);
        assertThat(MtkV1Layout.larbOf(MtkV1Layout.interruptId(id))).isEqualTo(larb);
    }

    @Test
    void theInterruptIdOfTheSheet() {
        assertThat(MtkV1Layout.interruptId(2)).isEqualTo(0xC200);
        assertThat(MtkV1Layout.larbOf(0xC200)).isZero();
        assertThat(MtkV1Layout.portOf(0xC200)).isEqualTo(2);
    }

    @Test
    void theSequencesOfTheDriver() {
        unit.powerOn();
        int before = machine.steps();
        MtkV1Flush.initialise(unit, BUFFER);
        assertThat(Words.writes(machine, before)).isEqualTo("210<-140 220<-ff 214<-be006000 5f0<-2");

        before = machine.steps();
        assertThat(MtkV1Flush.range(unit, IOVA, 0x1000)).isTrue();
        assertThat(Words.writes(machine, before)).isEqualTo("5d8<-3 5c4<-123000 5c8<-123000 5c0<-1 60c<-0");
        assertThat(unit.read32(MtkV1Layout.CPE_DONE)).isZero();

        before = machine.steps();
        assertThat(MtkV1Flush.range(unit, IOVA, 0)).isTrue();
        assertThat(Words.writes(machine, before)).startsWith("5d8<-3 5c4<-123000 5c8<-122000");
    }

    @Test
    void withoutAnAnswerEverythingIsFlushed() {
        int before = machine.steps();

        assertThat(MtkV1Flush.range(unit, IOVA, 0x1000)).isFalse();
        assertThat(Words.writes(machine, before)).endsWith("5d8<-3 5c0<-2 60c<-0");
    }

    @Test
    void onlyPortsThatAreSwitchedAreTranslated() {
        memory.write32(PAGE, 77);
        table.map(IOVA, PAGE, 4096, 1, 0);
        assertThat(rdma.read32(IOVA)).isEqualTo(new Reply.NoAnswer(IOVA));
        on();

        assertThat(rdma.read32(IOVA)).isEqualTo(new Reply.Done(77));
        assertThat(jpeg.read32(IOVA)).isEqualTo(new Reply.NoAnswer(IOVA));
        assertThat(unit.translating(rdma)).isTrue();
        assertThat(unit.translating(jpeg)).isFalse();
        assertThat(unit.tableBase()).isEqualTo(0xBE40_0000L);
        assertThat(unit.smi().registers().getFirst().meaning()).isEqualTo("through the M4U: port 2");
        unit.powerOff();
        assertThat(rdma.read32(PAGE)).isEqualTo(new Reply.Done(77));
    }

    @Test
    void theJourneyOfAnAccess() {
        on();
        table.map(IOVA, PAGE, 4096, 1, 0);
        int before = machine.steps();
        rdma.read32(IOVA);
        assertThat(Words.kinds(machine, before)).isEqualTo("Dma TlbMiss WalkRead TlbFill Translated Data");
        before = machine.steps();
        rdma.write32(IOVA + 4, 5);
        assertThat(Words.kinds(machine, before)).isEqualTo("Dma TlbHit Translated Data");
        assertThat(memory.read32(PAGE + 4)).isEqualTo(5);
    }

    @Test
    void allPortsShareOneAddressSpaceAndOneTlb() {
        on();
        unit.smi().write32(MtkV1Layout.smiRegister(43), MtkV1Layout.SMI_VIRTUAL << MtkV1Layout.smiShift(43));
        table.map(IOVA, PAGE, 4096, 1, 0);
        rdma.write32(IOVA, 9);

        assertThat(jpeg.read32(IOVA)).isEqualTo(new Reply.Done(9));
        assertThat(unit.tlb()).hasSize(1);
    }

    @Test
    void aFaultIsLatchedAndTheAccessLandsInTheProtectBuffer() {
        on();
        assertThat(rdma.write32(0x12_4040, 55)).isEqualTo(new Reply.Done(55));

        assertThat(memory.read32(BUFFER + 0x40)).isEqualTo(55);
        assertThat(irq.isRaised()).isTrue();
        assertThat(unit.read32(MtkV1Layout.FAULT_ST)).isEqualTo(1);
        assertThat(unit.read32(MtkV1Layout.FAULT_VA)).isEqualTo(0x12_4000);
        assertThat(unit.read32(MtkV1Layout.INVLD_PA)).isZero();
        assertThat(unit.read32(MtkV1Layout.INT_ID)).isEqualTo(0xC200);
        assertThat(unit.fault()).isEqualTo("translation at 0x124000, larb 0 port 2");

        unit.write32(MtkV1Layout.INT_CONTROL, unit.read32(MtkV1Layout.INT_CONTROL) | MtkV1Layout.INT_CLEAR);
        assertThat(irq.isRaised()).isFalse();
        assertThat(unit.fault()).isEmpty();
        assertThat(unit.read32(MtkV1Layout.INT_CONTROL)).isEqualTo(MtkV1Layout.INT_ALL);
    }

    @Test
    void aTableOutOfMemoryIsATableWalkFault() {
        on();
        unit.write32(MtkV1Layout.PT_BASE_ADDR, 0x1000_0000);
        rdma.read32(IOVA);

        assertThat(unit.read32(MtkV1Layout.FAULT_ST)).isEqualTo(MtkV1Layout.FAULT_TABLE_WALK);
    }

    @Test
    void withoutEnableBitsNobodyIsInterrupted() {
        on();
        unit.write32(MtkV1Layout.INT_CONTROL, 0);
        rdma.read32(IOVA);

        assertThat(irq.isRaised()).isFalse();
        assertThat(unit.fault()).isNotEmpty();
    }

    @Test
    void anUnmappedPageIsStillReachedUntilItIsFlushed() {
        on();
        memory.write32(PAGE, 77);
        table.map(IOVA, PAGE, 4096, 1, 0);
        rdma.read32(IOVA);
        table.unmap(IOVA, 4096, 1);

        assertThat(rdma.read32(IOVA)).isEqualTo(new Reply.Done(77));
        MtkV1Flush.range(unit, IOVA + 4096, 4096);
        assertThat(unit.tlb()).hasSize(1);
        MtkV1Flush.range(unit, IOVA, 4096);
        assertThat(unit.tlb()).isEmpty();
        assertThat(rdma.read32(IOVA)).isEqualTo(new Reply.Done(0));
        assertThat(unit.fault()).isNotEmpty();
    }

    @Test
    void aTraceShowsTheWalkAndChangesNothing() {
        on();
        table.map(IOVA, PAGE, 4096, 1, 0);
        int steps = machine.steps();
        long digest = machine.fullDigest();

        var trace = unit.trace(IOVA + 0x123, false);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(PAGE + 0x123, 4096, "rw"));
        assertThat(trace.tlb()).isEqualTo("miss");
        assertThat(trace.levels()).hasSize(1);
        assertThat(trace.levels().getFirst().entryAddress()).isEqualTo(0xBE40_048CL);
        assertThat(unit.trace(0, false).verdict())
                .isEqualTo(new Verdict.Redirected("translation fault", "protect buffer", 0xbe00_6000L));
        assertThat(machine.steps()).isEqualTo(steps);
        assertThat(machine.fullDigest()).isEqualTo(digest);
    }

    @Test
    void powerOffLosesEverythingButTheSmi() {
        on();
        table.map(IOVA, PAGE, 4096, 1, 0);
        rdma.read32(IOVA);
        unit.powerOff();
        unit.powerOn();

        assertThat(unit.tlb()).isEmpty();
        assertThat(unit.registers()).allMatch(r -> r.value() == 0);
        assertThat(unit.translating(rdma)).isTrue();
    }

    @Test
    void randomRegistersAndTablesNeverThrow() {
        var random = new Random(SEED);
        unit.powerOn();
        for (int i = 0; i < 20_000; i++) {
            int offset = random.nextInt(4) == 0
                    ? random.nextInt(0x1000)
                    : MtkV1Layout.REGISTERS
                            .get(random.nextInt(MtkV1Layout.REGISTERS.size()))
                            .offset();
            int value = random.nextBoolean() ? random.nextInt() : (int) RAM + random.nextInt(16 << 20);
            unit.write32(offset, value);
            unit.smi().write32(MtkV1Layout.SMI_SECUR_CON + random.nextInt(40), random.nextInt());
            memory.write32(RAM + random.nextInt(1 << 22) * 4L, random.nextInt());
            var reply = random.nextBoolean() ? rdma.read32(random.nextLong()) : jpeg.write32(random.nextInt(), 1);
            assertThat(reply).as("seed %d", SEED).isNotNull();
            if (i % 100 == 0) {
                assertThat(unit.trace(random.nextLong(), false)).isNotNull();
                assertThat(unit.registers()).hasSameSizeAs(MtkV1Layout.REGISTERS);
            }
        }
    }
}
