package org.iommulab.backend.rockchip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.rockchip.Rig.RW;

import java.util.List;
import java.util.Random;
import org.iommulab.backend.rockchip.RockchipLayout.Command;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RockchipUnitTest {
    private static final long IOVA = 0xfff8_5000L;
    private static final long PAGE = RockchipFormat.PAGE;

    private static Reply.Done done(int value) {
        return new Reply.Done(value);
    }

    private static void command(Rig rig, Command command) {
        rig.unit.write32(RockchipLayout.COMMAND, command.ordinal());
    }

    private static String words(List<Event> events) {
        return String.join(
                " ", events.stream().map(e -> e.getClass().getSimpleName()).toList());
    }

    // ---- the driver's sequences

    @Test
    void enablingFromOffNeedsNoStall() {
        var rig = new Rig(RockchipFormat.V1, 2);
        rig.unit.powerOn();
        int before = rig.machine.steps();

        assertThat(rig.driver.enable(0x2e5c_1000L)).isZero();

        assertThat(rig.writes(before))
                .isEqualTo("0<-cafeb000 40<-cafeb000 8<-6 48<-6"
                        + " 0<-2e5c1001 8<-4 1c<-3 24<-80000000"
                        + " 40<-2e5c1001 48<-4 5c<-3 64<-80000000"
                        + " 8<-0 48<-0");
        assertThat(rig.unit.translating()).isTrue();
        assertThat(rig.unit.tableBase()).isEqualTo(0x2e5c_1000L);
    }

    @Test
    void enablingAgainStallsAndDisablingGivesIdentity() {
        var rig = new Rig(RockchipFormat.V2, 1).on();
        rig.memory.write32(rig.page(0), 77);
        int before = rig.machine.steps();
        assertThat(rig.driver.enable(0x1_2e5c_1000L)).isZero();
        // The reset ends the stall and the paging.
        assertThat(rig.writes(before)).isEqualTo("8<-2 0<-cafeb000 8<-6 0<-2e5c1101 8<-4 1c<-3 24<-80000000 8<-0");
        assertThat(rig.unit.tableBase()).isEqualTo(0x1_2e5c_1000L);

        before = rig.machine.steps();
        rig.driver.disable();
        assertThat(rig.writes(before)).isEqualTo("8<-2 8<-1 1c<-0 0<-0 8<-3");
        assertThat(rig.unit.translating()).isFalse();
        assertThat(rig.master.read32(rig.page(0))).isEqualTo(done(77));
    }

    @Test
    void withoutResetPagingStaysOnAndTheStallEnds() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        var firmware = new RockchipSequences(rig.unit, List.of(0), RockchipFormat.V1, false);
        int before = rig.machine.steps();

        assertThat(firmware.enable(rig.table.base())).isZero();

        assertThat(rig.writes(before)).isEqualTo("8<-2 0<-10000001 8<-4 1c<-3 24<-80000000 8<-3");
        assertThat(rig.unit.blocked()).isFalse();
    }

    @Test
    void withoutPowerNothingAnswers() {
        var rig = new Rig(RockchipFormat.V1, 1);
        rig.memory.write32(rig.page(0), 77);

        assertThat(rig.driver.enable(rig.table.base())).isEqualTo(-14);
        assertThat(rig.master.read32(rig.page(0))).isEqualTo(done(77));
        rig.unit.powerOn();
        assertThat(rig.peek(RockchipLayout.DTE_ADDR)).isZero();
        rig.on();
        rig.unit.powerOff();
        assertThat(rig.unit.translating()).isFalse();
        assertThat(rig.unit.tlb()).isEmpty();
    }

    @Test
    void aBankThatCannotStallFailsTheWholeUnit() {
        var rig = new Rig(RockchipFormat.V1, 2).on();
        // A fault that nobody acknowledges: the bank does not come to a stall.
        rig.ports.get(1).read32(IOVA);

        assertThat(rig.driver.enable(rig.table.base())).isEqualTo(-110);
        rig.unit.write32(Rig.BANK + RockchipLayout.COMMAND, Command.PAGE_FAULT_DONE.ordinal());
        assertThat(rig.driver.enable(rig.table.base())).isZero();
    }

    // ---- translating

    @ParameterizedTest
    @EnumSource
    void everyBankTranslates(RockchipFormat format) {
        var rig = new Rig(format, 2).on();
        rig.table.mapOne(IOVA, rig.page(3), PAGE, RW);
        for (var port : rig.ports) {
            assertThat(port.write32(IOVA + 0x123, 5)).isEqualTo(done(5));
            assertThat(rig.unit.translating(port)).isTrue();
        }
        assertThat(rig.memory.read32(rig.page(3) + 0x120)).isEqualTo(5);
        assertThat(rig.unit.tlb())
                .containsExactly(
                        new TlbView(1, IOVA, rig.page(3), PAGE, "rw", rig.table.base()),
                        new TlbView(LineCache.size() + 1, IOVA, rig.page(3), PAGE, "rw", rig.table.base()));
    }

    @Test
    void theJourneyOfAnAccessIsAllThere() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        rig.table.mapOne(IOVA, rig.page(0), PAGE, RW);
        int before = rig.machine.steps();
        rig.master.read32(IOVA);
        assertThat(words(rig.since(before))).isEqualTo("Dma TlbMiss WalkRead WalkRead TlbFill Translated Data");
        before = rig.machine.steps();
        rig.master.read32(IOVA + 8);
        assertThat(words(rig.since(before))).isEqualTo("Dma TlbHit Translated Data");
    }

    @Test
    void aNeighbourIsCachedWithItsLineAndInvalidUntilItIsZapped() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        var careless =
                new RockchipPageTable(rig.memory, rig.frames, RockchipFormat.V1, ZapLines.NONE, TableListener.NONE);
        rig.driver.enable(careless.base());
        careless.mapOne(IOVA, rig.page(0), PAGE, RW);
        rig.master.read32(IOVA);

        careless.mapOne(IOVA + PAGE, rig.page(1), PAGE, RW);
        assertThat(rig.master.read32(IOVA + PAGE)).isEqualTo(new Reply.Held());
        assertThat(rig.unit.trace(IOVA + PAGE, false).verdict()).isEqualTo(new Verdict.Refused("page fault"));

        command(rig, Command.PAGE_FAULT_DONE);
        rig.driver.zap(IOVA + PAGE, PAGE);
        assertThat(rig.master.read32(IOVA + PAGE)).isEqualTo(done(0));
    }

    @Test
    void aDirectoryEntryIsCachedWithItsLineToo() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        rig.table.mapOne(0x40_0000, rig.page(0), PAGE, RW);
        rig.master.read32(0x40_0000);
        // The next 4 MiB had no page table when the line came in; the zap of the new page evicts it.
        rig.table.mapOne(0x80_0000, rig.page(1), PAGE, RW);

        assertThat(rig.master.read32(0x80_0000)).isEqualTo(done(0));
    }

    @Test
    void anUnmappedPageIsStillReachedUntilItIsZapped() {
        var rig = new Rig(RockchipFormat.V2, 1).on();
        rig.table.mapOne(IOVA, rig.page(0), PAGE, RW);
        rig.memory.write32(rig.page(0), 77);
        rig.master.read32(IOVA);
        rig.table.radix().removeLeaf(IOVA, PAGE);

        assertThat(rig.master.read32(IOVA)).isEqualTo(done(77));
        assertThat(rig.unit.trace(IOVA, false).tlb()).isEqualTo("hit");
        assertThat(rig.unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Reached(rig.page(0), PAGE, "rw"));
        rig.driver.zap(IOVA, PAGE);
        assertThat(rig.unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("page fault"));
        assertThat(rig.master.read32(IOVA)).isEqualTo(new Reply.Held());
    }

    // ---- faults

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFaultIsLatchedAndHoldsThePort(boolean write) {
        var rig = new Rig(RockchipFormat.V1, 2).on();
        rig.table.mapOne(IOVA, rig.page(0), PAGE, write ? Prot.READ : Prot.WRITE);
        rig.table.mapOne(IOVA + PAGE, rig.page(0), PAGE, RW);

        Reply reply = write ? rig.master.write32(IOVA, 1) : rig.master.read32(IOVA);

        assertThat(reply).isEqualTo(new Reply.Held());
        assertThat(rig.peek(RockchipLayout.STATUS) & 0x3f).isEqualTo(write ? 0x23 : 0x03);
        assertThat(rig.peek(RockchipLayout.INT_STATUS)).isEqualTo(1);
        assertThat(rig.peek(RockchipLayout.PAGE_FAULT_ADDR)).isEqualTo((int) IOVA);
        assertThat(rig.unit.fault()).isEqualTo("page fault at 0xfff85000 of type " + (write ? "write" : "read"));
        assertThat(rig.irq.isRaised()).isTrue();
        assertThat(rig.master.read32(IOVA + PAGE)).isEqualTo(new Reply.Held());
        // The other bank goes on.
        assertThat(rig.ports.get(1).read32(IOVA + PAGE)).isEqualTo(done(0));

        command(rig, Command.PAGE_FAULT_DONE);
        rig.unit.write32(RockchipLayout.INT_CLEAR, 1);
        assertThat(rig.irq.isRaised()).isFalse();
        assertThat(rig.unit.fault()).isEmpty();
        assertThat(rig.peek(RockchipLayout.STATUS)).isEqualTo(0x8000_0019);
        assertThat(rig.master.read32(IOVA + PAGE)).isEqualTo(done(0));
    }

    @Test
    void aHandlerThatMapsThePageLetsTheAccessGoOn() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        rig.memory.write32(rig.page(0), 77);
        rig.irq.connect(() -> {
            rig.table.mapOne(IOVA, rig.page(0), PAGE, RW);
            acknowledge(rig);
        });

        assertThat(rig.master.read32(IOVA)).isEqualTo(done(77));
    }

    @Test
    void aHandlerThatOnlyAcknowledgesEndsTheAccessWithAnError() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        rig.irq.connect(() -> acknowledge(rig));

        assertThat(rig.master.read32(IOVA)).isEqualTo(new Reply.Refused("page fault"));
        assertThat(rig.irq.isRaised()).isFalse();
    }

    /** {@code rk_iommu_irq} after a page fault. */
    private static void acknowledge(Rig rig) {
        int status = rig.unit.read32(RockchipLayout.INT_STATUS);
        command(rig, Command.ZAP_CACHE);
        command(rig, Command.PAGE_FAULT_DONE);
        rig.unit.write32(RockchipLayout.INT_CLEAR, status);
    }

    @Test
    void aTableWithoutMemoryIsABusError() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        rig.memory.write32(rig.table.base() + 0xffc, 0x7000_0001);

        rig.master.read32(IOVA);

        assertThat(rig.peek(RockchipLayout.INT_STATUS)).isEqualTo(2);
        assertThat(rig.unit.fault()).isEqualTo("bus error at 0xfff85000 of type read");
    }

    @Test
    void aMaskedInterruptComesWhenTheMaskGoes() {
        var rig = new Rig(RockchipFormat.V1, 1).on();
        rig.unit.write32(RockchipLayout.INT_MASK, 0);
        rig.master.read32(IOVA);
        assertThat(rig.irq.isRaised()).isFalse();
        assertThat(rig.peek(RockchipLayout.INT_RAWSTAT)).isOne();
        rig.unit.write32(RockchipLayout.INT_MASK, 3);
        assertThat(rig.irq.isRaised()).isTrue();
    }

    // ---- looking

    @Test
    void aTraceShowsTheWalkAndChangesNothing() {
        var rig = new Rig(RockchipFormat.V2, 1).on();
        rig.table.mapOne(IOVA, rig.page(3), PAGE, Prot.READ);
        int steps = rig.machine.steps();
        long digest = rig.machine.fullDigest();

        var trace = rig.unit.trace(IOVA + 0x123, false);

        assertThat(trace.tlb()).isEqualTo("miss");
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(rig.page(3) + 0x123, PAGE, "r"));
        assertThat(trace.fields()).extracting(f -> f.value()).containsExactly(0x3ffL, 0x385L, 0x123L);
        assertThat(trace.levels()).extracting(l -> l.entryAddress() & 0xfff).containsExactly(0xffcL, 0xe14L);
        assertThat(rig.unit.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Refused("page fault"));
        assertThat(rig.machine.steps()).isEqualTo(steps);
        assertThat(rig.machine.fullDigest()).isEqualTo(digest);
        rig.driver.disable();
        assertThat(rig.unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Untranslated(IOVA));
    }

    @Test
    void registersSpeak() {
        var rig = new Rig(RockchipFormat.V1, 2).on();
        rig.master.read32(IOVA);

        assertThat(rig.unit.registers())
                .extracting(r -> r.name() + ": " + r.meaning())
                .contains(
                        "MMU_DTE_ADDR[0]: directory at 0x10000000",
                        "MMU_STATUS[0]: paging, read fault",
                        "MMU_STATUS[1]: paging",
                        "MMU_INT_STATUS[0]: page fault",
                        "MMU_INT_MASK[1]: interrupts on",
                        "MMU_AUTO_GATING[1]: no time limit for directory fetches");
        assertThat(rig.unit.model()).isEqualTo("Rockchip IOMMU v1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void randomRegisterWritesAndTableBytesNeverThrow(int seed) {
        var random = new Random(seed);
        for (RockchipFormat format : RockchipFormat.values()) {
            var rig = new Rig(format, 2).on();
            for (int i = 0; i < 6000; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> {
                        int offset = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(0x70) & ~3;
                        rig.unit.write32(offset, random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(8));
                        rig.unit.read32(offset);
                    }
                    case 1 -> rig.memory.write32(rig.ram + (random.nextInt(1 << 18) & ~3), random.nextInt());
                    case 2 -> rig.ports.get(random.nextInt(2)).read32(random.nextLong());
                    case 3 -> rig.ports.get(random.nextInt(2)).write32(random.nextInt() & 0xffff_ffffL, 3);
                    case 4 -> rig.driver.enable(rig.table.base());
                    default -> {
                        rig.unit.trace(random.nextLong(), random.nextBoolean());
                        rig.unit.tlb();
                        rig.unit.registers();
                        rig.unit.fault();
                    }
                }
            }
        }
    }
}
