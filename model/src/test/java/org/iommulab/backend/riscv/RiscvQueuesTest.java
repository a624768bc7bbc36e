package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.riscv.RiscvRig.ID;
import static org.iommulab.backend.riscv.RiscvRig.page;

import org.iommulab.hardware.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The unit's ends of its queues: commands, fault records, interrupts. */
class RiscvQueuesTest {
    private static final long IOVA = 0x12_3456_7000L;

    private final RiscvRig rig = new RiscvRig();

    // ---- commands

    @Test
    void aFenceStoresAndTells() {
        rig.on(3);
        rig.send(new RiscvCommand(0x1234_5678_0000_0c02L, page(3) >>> 2));
        assertThat(rig.memory.read32(page(3))).isEqualTo(0x1234_5678);
        assertThat(rig.peek(RiscvQueue.COMMAND.control()) & RiscvLayout.CQ_FENCE)
                .isNotZero();
        assertThat(rig.peek(RiscvLayout.IPSR)).isEqualTo(1);
        assertThat(rig.peek(RiscvQueue.COMMAND.head())).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x7f, 0x81, 0x83, 4, 0x84, 0x182})
    void anIllegalCommandStopsTheQueue(long command) {
        rig.on(3);
        rig.send(new RiscvCommand(command, 0));
        assertThat(rig.peek(RiscvQueue.COMMAND.control()) & RiscvLayout.CQ_ILLEGAL)
                .isNotZero();
        assertThat(rig.peek(RiscvQueue.COMMAND.head())).isZero();
        assertThat(rig.peek(RiscvLayout.IPSR)).isEqualTo(1);
        rig.send(RiscvCommand.fence());
        assertThat(rig.peek(RiscvQueue.COMMAND.head())).as("nothing more").isZero();
        rig.memory.write64(RiscvRig.COMMANDS, RiscvCommand.fence().w0());
        rig.unit.write32(RiscvQueue.COMMAND.control(), 3 | RiscvLayout.CQ_ILLEGAL);
        rig.send(RiscvCommand.fence());
        assertThat(rig.peek(RiscvQueue.COMMAND.head())).as("tried again").isEqualTo(3);
    }

    @Test
    void aCommandWhereNoMemoryIs() {
        rig.on(3);
        rig.unit.write32(RiscvQueue.COMMAND.control(), 0);
        rig.unit.write64(RiscvQueue.COMMAND.base(), RiscvLayout.ppn(0x1000) | 3);
        rig.unit.write32(RiscvQueue.COMMAND.control(), 3);
        rig.unit.write32(RiscvQueue.COMMAND.tail(), 1);
        assertThat(rig.peek(RiscvQueue.COMMAND.control()) & RiscvLayout.QUEUE_MEMORY_FAULT)
                .isNotZero();
    }

    @Test
    void theBaseOfAQueueInUseStays() {
        rig.on(3);
        long before = rig.peek(RiscvQueue.FAULT.base());
        rig.unit.write64(RiscvQueue.FAULT.base(), 0);
        assertThat(rig.peek(RiscvQueue.FAULT.base())).isEqualTo(before);
    }

    // ---- faults

    @Test
    void aFullQueueStopsRecording() {
        rig.on(3);
        for (int i = 0; i < 9; i++) {
            rig.port.read32(page(i));
        }
        assertThat(rig.faults()).as("one place stays empty").isEqualTo(7);
        assertThat(rig.peek(RiscvQueue.FAULT.control()) & RiscvLayout.FQ_OVERFLOW)
                .isNotZero();
        rig.unit.write32(RiscvQueue.FAULT.head(), 7);
        rig.port.read32(page(10));
        assertThat(rig.faults()).as("the overflow has to be cleared").isEqualTo(7);
        rig.unit.write32(RiscvQueue.FAULT.control(), 3 | RiscvLayout.FQ_OVERFLOW);
        rig.port.read32(page(11));
        assertThat(rig.faults()).isZero();
        assertThat(rig.fault(7).iotval()).isEqualTo(page(11));
        assertThat(rig.unit.fault()).contains("DDT entry not valid of device 0x108");
    }

    // DTF, cause: whether a record is left
    @ParameterizedTest
    @CsvSource({"false, page, true", "true, page, false", "true, misconfigured, true"})
    void aContextCanHideFaults(boolean hides, String what, boolean recorded) {
        var table = rig.attached(3);
        long tc = RiscvDc.V | (hides ? RiscvDc.DTF : 0) | (what.equals("page") ? 0 : 2);
        rig.put(ID, new RiscvDc(tc, 0, 0, RiscvDc.fsc(3, table.base()), 0));
        assertThat(rig.port.read32(IOVA)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.faults()).isEqualTo(recorded ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 1", "0, 3, 0", "2, 1, 0"})
    void aLineIsPulledForAFault(int fctl, int control, int calls) {
        rig.on(3);
        rig.unit.write32(RiscvLayout.FCTL, fctl);
        rig.unit.write32(RiscvQueue.FAULT.control(), control);
        int[] called = {0};
        rig.irqs.get(1).connect(() -> called[0]++);
        rig.port.read32(page(1));
        rig.port.read32(page(2));
        assertThat(called[0]).as("once, until it is acknowledged").isEqualTo(calls);
        rig.unit.write32(RiscvLayout.IPSR, 2);
        rig.port.read32(page(3));
        assertThat(called[0]).isEqualTo(2 * calls);
    }

    // CIE: whether IPSR.CIP is set again
    @ParameterizedTest
    @CsvSource({"3, 1", "1, 0"})
    void whatStandsIsPendingAgain(int control, int pending) {
        rig.on(3);
        rig.send(new RiscvCommand(0, 0));
        rig.unit.write32(RiscvQueue.COMMAND.control(), control);
        rig.unit.write32(RiscvLayout.IPSR, 1);
        assertThat(rig.peek(RiscvLayout.IPSR)).isEqualTo(pending);
        rig.unit.write32(RiscvQueue.COMMAND.control(), control | RiscvLayout.CQ_ILLEGAL);
        rig.unit.write32(RiscvLayout.IPSR, 1);
        assertThat(rig.peek(RiscvLayout.IPSR)).isZero();
    }

    /** As riscv_iommu_fltq_process acknowledges first: what it clears later would otherwise be its last interrupt. */
    @Test
    void anOverflowThatIsClearedAfterItsInterruptIsToldTwice() {
        rig.on(3);
        for (int i = 0; i < 8; i++) {
            rig.port.read32(page(i));
        }
        int[] called = {0};
        rig.irqs.get(1).connect(() -> {
            called[0]++;
            rig.unit.write32(RiscvLayout.IPSR, 2);
            rig.unit.write32(RiscvQueue.FAULT.head(), rig.faults());
            rig.unit.write32(RiscvQueue.FAULT.control(), 3 | RiscvLayout.FQ_OVERFLOW);
        });
        rig.unit.write32(RiscvLayout.IPSR, 2);
        assertThat(called[0]).isEqualTo(2);
        assertThat(rig.peek(RiscvLayout.IPSR)).isZero();
        rig.port.read32(page(8));
        assertThat(called[0]).as("of the next fault").isEqualTo(3);
    }
}
