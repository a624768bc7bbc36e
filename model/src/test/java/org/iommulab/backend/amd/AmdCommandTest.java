package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.amd.AmdRig.RW;
import static org.iommulab.backend.amd.AmdUnitRig.DOMAIN;
import static org.iommulab.backend.amd.AmdUnitRig.GPU;
import static org.iommulab.backend.amd.AmdUnitRig.SEMAPHORE;

import java.util.ArrayList;
import org.iommulab.hardware.Reply;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;

/** Registers, commands, what the unit keeps and for how long, the event log and the interrupt. */
class AmdCommandTest {
    private static final long IOVA = 0x1_2345_6000L;
    private static final Reply PAGE_FAULT = new Reply.Refused("IO_PAGE_FAULT");

    private final AmdUnitRig rig = new AmdUnitRig();
    private final AmdV1PageTable table = rig.rig.host(3);

    private void attach() {
        rig.on();
        rig.attach(GPU, AmdDte.host(table.base(), 3, DOMAIN, false));
    }

    private boolean reaches(long iova) {
        return rig.gpu.read32(iova) instanceof Reply.Done;
    }

    private String writes(int before) {
        return String.join(
                " ",
                rig.since(before).stream()
                        .filter(Event.RegisterWrite.class::isInstance)
                        .map(Event.RegisterWrite.class::cast)
                        .map(w -> w.term().name() + "<-" + Long.toHexString(w.value()))
                        .toList());
    }

    // ---- registers

    @Test
    void theInitSequenceIsTheDrivers() {
        rig.on();
        assertThat(writes(0))
                .isEqualTo("DEV_TABLE<-1020001ff CMD_BUF<-900000102800000 CMD_HEAD<-0 CMD_TAIL<-0 CONTROL<-1000"
                        + " EVT_BUF<-900000102900000 EVT_HEAD<-0 EVT_TAIL<-0 CONTROL<-1004 CONTROL<-11004"
                        + " CONTROL<-11005 CMD_TAIL<-10");
        assertThat(rig.peek(AmdLayout.STATUS)).isEqualTo(1 << AmdLayout.EVENT_LOG_RUN | 1 << AmdLayout.CMD_BUF_RUN);
        assertThat(rig.peek(AmdLayout.CMD_HEAD)).isEqualTo(16);
        assertThat(rig.unit.registers())
                .extracting("meaning")
                .contains("0x102000000, 2M", "0x102800000, 512 entries", "on, commands, event log, guest tables");
    }

    @Test
    void halvesOfRegisters() {
        rig.unit.write32(AmdLayout.DEV_TABLE + 4, 0x1234);
        rig.unit.write32(AmdLayout.DEV_TABLE, 0x5000);
        assertThat(rig.unit.read64(AmdLayout.DEV_TABLE)).isEqualTo(0x1234_0000_5000L);
        assertThat(rig.unit.read32(AmdLayout.DEV_TABLE + 4)).isEqualTo(0x1234);
        rig.unit.write64(AmdLayout.EXT_FEATURES, 0);
        assertThat(rig.unit.read64(AmdLayout.EXT_FEATURES)).isEqualTo(AmdLayout.USUAL_FEATURES);
        assertThat(rig.unit.read32(0x9999)).isZero();
        assertThat(rig.unit.read64(0x3000)).isZero();
        rig.unit.write32(2, -1);
        rig.unit.write64(0x1003, -1);
        assertThat(rig.unit.read64(AmdLayout.DEV_TABLE)).isEqualTo(0x1234_0000_5000L);
    }

    // ---- what is kept

    @Test
    void aDeviceTableEntryIsKeptUntilItIsInvalidated() {
        attach();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        assertThat(reaches(IOVA)).isTrue();

        rig.put(GPU, AmdDte.blocked());
        assertThat(reaches(IOVA)).isTrue();
        rig.send(AmdCommand.invalidateDevice(0x301));
        assertThat(reaches(IOVA)).isTrue();
        rig.send(AmdCommand.invalidateDevice(GPU));
        assertThat(reaches(IOVA)).isFalse();
    }

    @Test
    void aTranslationIsKeptUntilItsDomainIsInvalidated() {
        attach();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        assertThat(reaches(IOVA)).isTrue();
        table.unmap(IOVA, 4096, 1);
        assertThat(reaches(IOVA)).isTrue();
        assertThat(rig.unit.trace(rig.gpu, IOVA, false).levels().getLast().sentence())
                .isEqualTo("Nothing is mapped here: a page fault.");

        rig.send(AmdCommand.invalidatePages(DOMAIN + 1, AmdCommand.allPages()));
        rig.send(AmdCommand.invalidatePages(DOMAIN, AmdCommand.pages(IOVA + 4096, 4096)));
        rig.send(AmdCommand.invalidateGuestPages(DOMAIN, 0, AmdCommand.allPages()));
        assertThat(reaches(IOVA)).isTrue();
        rig.send(AmdCommand.invalidatePages(DOMAIN, AmdCommand.pages(IOVA, 4096)));
        assertThat(reaches(IOVA)).isFalse();
    }

    @Test
    void fourPagesTakeSixteenWithThem() {
        attach();
        table.map(IOVA - 0x7000, rig.page(0), 4096, 20, RW);
        for (long iova = IOVA - 0x7000; iova < IOVA + 0xd000; iova += 4096) {
            assertThat(reaches(iova)).isTrue();
        }
        rig.send(AmdCommand.invalidatePages(DOMAIN, AmdCommand.pages(IOVA, 4 * 4096)));
        assertThat(rig.unit.tlb())
                .extracting("input")
                .containsExactly(IOVA - 0x7000, IOVA + 0xa000, IOVA + 0xb000, IOVA + 0xc000);
    }

    @Test
    void theWayToALastTableIsKeptUnlessTheCommandSaysPde() {
        attach();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        table.map(IOVA + 4096, rig.page(1), 4096, 1, RW);
        assertThat(reaches(IOVA)).isTrue();
        // The whole table is unhooked, but the unit does not look there again.
        rig.rig.memory.write64(table.base() + 4 * 8, 0);
        assertThat(reaches(IOVA + 4096)).isTrue();
        AmdCommand withPde = AmdCommand.invalidatePages(DOMAIN, AmdCommand.allPages());
        rig.send(new AmdCommand(withPde.w0(), withPde.w1(), withPde.w2() & ~2, withPde.w3()));
        assertThat(reaches(IOVA)).isTrue();
        rig.send(withPde);
        assertThat(reaches(IOVA)).isFalse();
    }

    @Test
    void aTreeThatGrewIsSeenWhenTheDevicesEntryIs() {
        attach();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        assertThat(reaches(IOVA)).isTrue();
        table.map(1L << 39, rig.page(1), 4096, 1, RW);
        assertThat(reaches(1L << 39)).isFalse();

        rig.attach(GPU, AmdDte.host(table.base(), table.mode(), DOMAIN, false));
        assertThat(reaches(1L << 39)).isTrue();
        assertThat(reaches(IOVA)).isTrue();
        assertThat(rig.unit.tableBase(rig.gpu)).isEqualTo(table.base());
    }

    @Test
    void anAliasHasItsOwnEntry() {
        attach();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        var bridge = rig.port(0x500);
        assertThat(bridge.read32(IOVA)).isEqualTo(PAGE_FAULT);
        assertThat(rig.event(0).device()).isEqualTo(0x500);
        rig.attach(0x500, AmdDte.host(table.base(), 3, DOMAIN, false));
        assertThat(bridge.read32(IOVA)).isEqualTo(new Reply.Done(0));
    }

    // ---- commands

    @Test
    void completionWaitStoresItsNumberAfterAllElse() {
        attach();
        rig.send(
                AmdCommand.invalidatePages(DOMAIN, AmdCommand.allPages()),
                AmdCommand.invalidateDevicePages(GPU, 32, AmdCommand.allPages()),
                AmdCommand.invalidateInterrupts(GPU),
                AmdCommand.completionWait(SEMAPHORE, 0x1_0000_0001L));
        assertThat(rig.rig.memory.read64(SEMAPHORE)).isEqualTo(0x1_0000_0001L);
        assertThat(rig.peek(AmdLayout.CMD_HEAD)).isEqualTo(rig.peek(AmdLayout.CMD_TAIL));
    }

    @Test
    void theRingGoesRound() {
        rig.on();
        for (int i = 1; i <= 1000; i++) {
            rig.send(AmdCommand.completionWait(SEMAPHORE, i));
            assertThat(rig.rig.memory.read64(SEMAPHORE)).isEqualTo(i);
        }
    }

    @Test
    void commandsWaitForTheUnitToBeOn() {
        rig.unit.write64(AmdLayout.CMD_BUF, AmdUnitRig.COMMANDS | AmdLayout.LENGTH_512);
        rig.control(AmdLayout.CMD_BUF_EN, true);
        rig.send(AmdCommand.completionWait(SEMAPHORE, 7));
        assertThat(rig.rig.memory.read64(SEMAPHORE)).isZero();
        rig.control(AmdLayout.IOMMU_EN, true);
        assertThat(rig.rig.memory.read64(SEMAPHORE)).isEqualTo(7);
    }

    @Test
    void anIllegalCommandStopsTheUnitThere() {
        rig.on();
        long head = rig.peek(AmdLayout.CMD_HEAD);
        rig.send(new AmdCommand(0, 0xf000_0000, 0, 0), AmdCommand.completionWait(SEMAPHORE, 7));

        assertThat(rig.rig.memory.read64(SEMAPHORE)).isZero();
        assertThat(rig.peek(AmdLayout.CMD_HEAD)).isEqualTo(head);
        assertThat(rig.peek(AmdLayout.STATUS) >>> AmdLayout.CMD_BUF_RUN & 1).isZero();
        assertThat(rig.event(0))
                .isEqualTo(AmdEvent.of(AmdEvent.Type.ILLEGAL_COMMAND_ERROR, 0, 0, 0, AmdUnitRig.COMMANDS + head));
        rig.control(AmdLayout.CMD_BUF_EN, false);
        rig.unit.write32(AmdLayout.CMD_HEAD, (int) head + 16);
        rig.control(AmdLayout.CMD_BUF_EN, true);
        assertThat(rig.rig.memory.read64(SEMAPHORE)).isEqualTo(7);
    }

    @Test
    void commandsThatCannotBeReadOrStoredAreReported() {
        rig.on();
        rig.send(AmdCommand.completionWait(0x7_0000_0000L, 7));
        assertThat(rig.event(0).type()).contains(AmdEvent.Type.COMMAND_HARDWARE_ERROR);
        rig.control(AmdLayout.CMD_BUF_EN, false);
        rig.unit.write64(AmdLayout.CMD_BUF, 0x7_0000_0000L | AmdLayout.LENGTH_512);
        rig.control(AmdLayout.CMD_BUF_EN, true);
        assertThat(rig.event(1).type()).contains(AmdEvent.Type.COMMAND_HARDWARE_ERROR);
        assertThat(rig.event(1).address()).isEqualTo(0x7_0000_0010L);
    }

    @Test
    void invalidateAllIsAFeature() {
        var old = new AmdUnitRig(AmdLayout.USUAL_FEATURES & ~AmdLayout.FEATURE_INVALIDATE_ALL).on();
        assertThat(old.event(0).type()).contains(AmdEvent.Type.ILLEGAL_COMMAND_ERROR);
    }

    // ---- event log and interrupt

    @Test
    void aFullLogOverflowsAndStopsUntilItIsEnabledAgain() {
        attach();
        for (int i = 0; i < 511; i++) {
            rig.gpu.read32(IOVA);
        }
        assertThat(rig.peek(AmdLayout.STATUS) & 1).isZero();
        rig.gpu.read32(IOVA);
        assertThat(rig.peek(AmdLayout.STATUS) & 1).isOne();
        assertThat(rig.peek(AmdLayout.STATUS) >>> AmdLayout.EVENT_LOG_RUN & 1).isZero();
        assertThat(rig.events()).isEqualTo(511);

        rig.unit.write32(AmdLayout.EVT_HEAD, 511 * 16);
        rig.gpu.read32(IOVA);
        assertThat(rig.events()).isEqualTo(511);
        // iommu_restart_event_logging
        rig.control(AmdLayout.EVENT_LOG_EN, false);
        rig.unit.write32(AmdLayout.STATUS, 1);
        rig.control(AmdLayout.EVENT_LOG_EN, true);
        rig.gpu.read32(IOVA);
        assertThat(rig.events()).isZero();
        assertThat(rig.peek(AmdLayout.STATUS) & 1).isZero();
    }

    @Test
    void anEventInterruptsAndTheHandlerReadsIt() {
        attach();
        var seen = new ArrayList<AmdEvent>();
        rig.irq.connect(() -> {
            rig.unit.write32(AmdLayout.STATUS, 1 << AmdLayout.EVENT_INT);
            int head = rig.unit.read32(AmdLayout.EVT_HEAD);
            while (head != rig.unit.read32(AmdLayout.EVT_TAIL)) {
                seen.add(rig.event(head / 16));
                head = head + 16 & AmdUnitRig.RING - 1;
            }
            rig.unit.write32(AmdLayout.EVT_HEAD, head);
        });
        rig.gpu.write32(IOVA + 0x1000, 1);
        assertThat(seen).isEmpty();
        assertThat(rig.irq.isRaised()).isFalse();
        rig.control(AmdLayout.EVENT_INT_EN, true);
        assertThat(seen).containsExactly(new AmdEvent(0x300, 0x2020_000b, 0x2345_7000, 1));
        rig.gpu.read32(IOVA);
        assertThat(seen).hasSize(2);
        assertThat(rig.irq.isRaised()).isFalse();
        assertThat(rig.unit.fault()).isEmpty();
    }

    @Test
    void anInterruptThatIsNotAcknowledgedIsTheLast() {
        attach();
        var calls = new ArrayList<Integer>();
        rig.irq.connect(() -> calls.add(1));
        rig.control(AmdLayout.EVENT_INT_EN, true);
        rig.gpu.read32(IOVA);
        rig.gpu.read32(IOVA);
        assertThat(calls).hasSize(1);
        rig.unit.write32(AmdLayout.STATUS, 2);
        rig.gpu.read32(IOVA);
        assertThat(calls).hasSize(2);
    }

    @Test
    void completionCanInterrupt() {
        rig.on();
        rig.send(AmdCommand.completionInterrupt());
        assertThat(rig.peek(AmdLayout.STATUS) >>> AmdLayout.COM_WAIT_INT & 1).isOne();
        assertThat(rig.irq.isRaised()).isFalse();
        rig.control(AmdLayout.COM_WAIT_INT_EN, true);
        assertThat(rig.irq.isRaised()).isTrue();
        rig.unit.write32(AmdLayout.STATUS, 1 << AmdLayout.COM_WAIT_INT);
        assertThat(rig.irq.isRaised()).isFalse();
    }
}
