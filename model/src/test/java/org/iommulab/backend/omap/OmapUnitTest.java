package org.iommulab.backend.omap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.omap.OmapFormat.LARGE_PAGE;
import static org.iommulab.backend.omap.OmapFormat.SECTION;
import static org.iommulab.backend.omap.OmapFormat.SMALL_PAGE;
import static org.iommulab.backend.omap.OmapFormat.SUPERSECTION;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OmapUnitTest {
    private static final long IOVA = 0x4001_2000L;
    private static final long RAM = 0xa400_0000L;
    private static final int SLOTS = 32;
    private static final Reply HELD = new Reply.Held();

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 32 << 20);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (8 << 20));
    private final InterruptLine irq = new InterruptLine(machine, "irq");
    private final OmapUnit unit = new OmapUnit(machine, "58882000.mmu", 0x21, SLOTS, memory, irq);
    private final DmaMaster ipu = new DmaMaster(machine, "58820000.ipu", Optional.of(unit), memory);
    private final OmapSequences driver = new OmapSequences(unit, SLOTS, false);
    private final OmapPageTable table = new OmapPageTable(memory, frames, driver::flushPage, TableListener.NONE);

    private void on() {
        unit.powerOn();
        driver.enable(table.base());
        driver.flushAll();
    }

    private static long page(int number) {
        return RAM + (16 << 20) + number * SMALL_PAGE;
    }

    private static Reply done(int value) {
        return new Reply.Done(value);
    }

    private int peek(int offset) {
        return (int) unit.registers().stream()
                .filter(r -> r.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    private List<Event> since(int step) {
        var recording = machine.finish();
        var events = new ArrayList<Event>();
        for (int i = step + 1; i <= machine.steps(); i++) {
            events.add(recording.event(i));
        }
        return events;
    }

    private String writes(int step) {
        return String.join(
                " ",
                since(step).stream()
                        .filter(Event.RegisterWrite.class::isInstance)
                        .map(Event.RegisterWrite.class::cast)
                        .map(w -> Long.toHexString(w.offset()) + "<-" + Long.toHexString(w.value()))
                        .toList());
    }

    // ---- the driver's sequences

    @Test
    void attachAndDetachAreTheDriversToTheLetter() {
        unit.powerOn();
        int before = machine.steps();
        driver.enable(0xa400_0000L);
        driver.flushAll();
        assertThat(writes(before)).isEqualTo("4c<-a4000000 1c<-1e 44<-6 50<-0 60<-1");
        assertThat(unit.tableBase()).isEqualTo(0xa400_0000L);
        before = machine.steps();
        driver.flushAll();
        driver.disable();
        assertThat(writes(before)).isEqualTo("50<-0 60<-1 44<-0");
        assertThat(unit.translating()).isFalse();
        before = machine.steps();
        new OmapSequences(unit, SLOTS, true).enable(0xa400_0000L);
        assertThat(writes(before)).isEqualTo("4c<-a4000000 88<-1 1c<-1e 44<-6");
        before = machine.steps();
        driver.setWalker(false);
        assertThat(writes(before)).isEqualTo("1c<-17 44<-2");
    }

    @Test
    void aFlushLooksAtSlotAfterSlot() {
        on();
        for (int i = 0; i < 6; i++) {
            table.mapOne(IOVA + (i - 5) * SMALL_PAGE, page(i), SMALL_PAGE);
        }
        // Mapping looked at all slots too and left the last one as the victim.
        driver.flushAll();
        for (int i = 0; i < 6; i++) {
            ipu.read32(IOVA + (i - 5) * SMALL_PAGE);
        }
        int before = machine.steps();
        assertThat(table.unmapOne(IOVA)).isEqualTo(SMALL_PAGE);
        // page(5) is where the sheet's example has 0x95556000.
        assertThat(writes(before))
                .isEqualTo("50<-0 50<-10 50<-20 50<-30 50<-40 50<-50 58<-40012006 5c<-a5005000 64<-1 54<-1 64<-1");
        assertThat(unit.tlb()).hasSize(5);
        assertThat(ipu.read32(IOVA)).isEqualTo(HELD);

        before = machine.steps();
        driver.flushPage(0x1234_5000);
        assertThat(writes(before).split(" ")).hasSize(SLOTS).endsWith("50<-1f0");
    }

    @Test
    void afterAFlushTheNextTranslationGoesWhereItStopped() {
        on();
        table.mapOne(IOVA, page(0), SMALL_PAGE);
        table.mapOne(IOVA + SMALL_PAGE, page(1), SMALL_PAGE);
        driver.flushAll();
        ipu.read32(IOVA);
        driver.flushPage(IOVA);
        ipu.read32(IOVA + SMALL_PAGE);
        assertThat(unit.tlb()).extracting(TlbView::slot).containsExactly(0);
        driver.flushPage(0x1234_5000);
        ipu.read32(IOVA);
        assertThat(unit.tlb()).extracting(TlbView::slot).containsExactly(0, 31);
    }

    // ---- translating

    @ParameterizedTest
    @CsvSource({"0x1000", "0x10000", "0x100000", "0x1000000"})
    void everySizeIsTranslatedAndCachedAsOneSlot(long size) {
        on();
        long pa = size == SUPERSECTION ? RAM + (16 << 20) : RAM + (20 << 20);
        table.mapOne(0x2000_0000, pa, size);
        ipu.write32(0x2000_0000 + size - 4, 5);
        assertThat(memory.read32(pa + size - 4)).isEqualTo(5);
        assertThat(ipu.read32(0x2000_0000)).isEqualTo(done(0));
        // The 32 slots were looked at when the page was mapped, so that the last one is the victim.
        assertThat(unit.tlb()).containsExactly(new TlbView(31, 0x2000_0000, pa, size, "rw"));
    }

    @Test
    void slotsTellWhatIsInThem() {
        on();
        table.mapOne(IOVA, page(0), SMALL_PAGE);
        driver.flushAll();
        ipu.read32(IOVA);
        unit.write32(OmapLayout.LOCK, 0);
        assertThat(unit.read32(OmapLayout.READ_CAM)).isEqualTo(0x4001_2006);
        assertThat(unit.read32(OmapLayout.READ_RAM)).isEqualTo((int) page(0));
    }

    @Test
    void attributesOfAnEntryReachTheRam() {
        on();
        memory.write32(table.base() + 4 * 0x601, (int) (page(0) & -SECTION) | 2 | 1 << 17 | 1 << 15 | 2 << 10);
        ipu.read32(0x6010_0000);
        unit.write32(OmapLayout.LOCK, 0);
        assertThat(unit.read32(OmapLayout.READ_RAM) & 0xfff).isEqualTo(1 << 6 | 1 << 9 | 2 << 7);
        assertThat(unit.read32(OmapLayout.READ_CAM)).isEqualTo(0x6010_0004);
    }

    @Test
    void disabledItPasses() {
        memory.write32(page(0), 77);
        assertThat(ipu.read32(page(0))).isEqualTo(done(77));
        on();
        assertThat(ipu.read32(page(0))).isEqualTo(HELD);
        driver.disable();
        assertThat(unit.blocked()).isFalse();
        assertThat(ipu.read32(page(0))).isEqualTo(done(77));
    }

    @Test
    void anUnmappedPageIsStillReachedUntilItIsFlushed() {
        on();
        var careless = new OmapPageTable(memory, frames, iova -> {}, TableListener.NONE);
        driver.enable(careless.base());
        careless.mapOne(IOVA, page(0), SMALL_PAGE);
        ipu.read32(IOVA);
        careless.unmapOne(IOVA);
        assertThat(ipu.read32(IOVA)).isEqualTo(done(0));
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Reached(page(0), SMALL_PAGE, "rw"));
        driver.flushPage(IOVA);
        assertThat(ipu.read32(IOVA)).isEqualTo(HELD);
    }

    // ---- software and the TLB

    @Test
    void aPinnedSlotSurvivesUntilItIsFlushedItself() {
        on();
        driver.pin(0x2000_000f, (int) RAM);
        assertThat(peek(OmapLayout.LOCK)).isEqualTo(OmapLayout.lock(1, 1));
        assertThat(ipu.read32(0x2080_0000)).isEqualTo(done(0));
        for (int i = 0; i < 70; i++) {
            table.mapOne(IOVA + i * SMALL_PAGE, page(0), SMALL_PAGE);
            ipu.read32(IOVA + i * SMALL_PAGE);
        }
        assertThat(unit.tlb().getFirst()).isEqualTo(new TlbView(0, 0x2000_0000, RAM, SUPERSECTION, "rw"));

        driver.flushAll();
        assertThat(unit.tlb()).extracting(TlbView::slot).containsExactly(0);
        assertThat(peek(OmapLayout.LOCK)).isZero();
        driver.flushPage(0x20ff_0000);
        assertThat(unit.tlb()).isEmpty();
    }

    @Test
    void withoutAWalkerSoftwareLoadsTheTlb() {
        on();
        driver.setWalker(false);
        table.mapOne(IOVA, page(0), SMALL_PAGE);
        memory.write32(page(7), 77);
        irq.connect(() -> {
            assertThat(unit.read32(OmapLayout.IRQSTATUS)).isEqualTo(OmapLayout.IRQ_TLB_MISS);
            unit.write32(OmapLayout.CAM, OmapLayout.cam(unit.read32(OmapLayout.FAULT_AD), LARGE_PAGE));
            unit.write32(OmapLayout.RAM, (int) (page(7) & -LARGE_PAGE));
            unit.write32(OmapLayout.LD_TLB, 1);
            unit.write32(OmapLayout.IRQSTATUS, 0x1f);
        });
        assertThat(ipu.read32(0x4007_7000)).isEqualTo(done(77));
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("TLB miss"));
    }

    @Test
    void twoSlotsForOneAddressAreAFault() {
        on();
        for (int slot = 0; slot < 2; slot++) {
            unit.write32(OmapLayout.LOCK, OmapLayout.lock(0, slot));
            unit.write32(OmapLayout.CAM, OmapLayout.cam(IOVA, slot == 0 ? SECTION : SMALL_PAGE));
            unit.write32(OmapLayout.LD_TLB, 1);
        }
        assertThat(ipu.read32(IOVA)).isEqualTo(HELD);
        assertThat(unit.fault()).isEqualTo("multi-hit fault at 0x40012000");
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("multi-hit fault"));
    }

    // ---- faults

    @Test
    void aFaultStallsTheMasterUntilItIsAcknowledged() {
        on();
        assertThat(ipu.write32(0x4001_3000, 1)).isEqualTo(HELD);
        assertThat(peek(OmapLayout.IRQSTATUS)).isEqualTo(2);
        assertThat(peek(OmapLayout.FAULT_AD)).isEqualTo(0x4001_3000);
        assertThat(unit.fault()).isEqualTo("translation fault at 0x40013000");
        assertThat(irq.isRaised()).isTrue();
        table.mapOne(IOVA, page(0), SMALL_PAGE);
        assertThat(ipu.read32(IOVA)).isEqualTo(HELD);
        unit.write32(OmapLayout.IRQSTATUS, 2);
        assertThat(irq.isRaised()).isFalse();
        assertThat(ipu.read32(IOVA)).isEqualTo(done(0));
    }

    /** {@code omap_fault_handler} when nobody takes the fault: it acknowledges, and masks all that come after. */
    @Test
    void afterAnUnhandledFaultLaterOnesAreSilent() {
        on();
        int[] interrupts = {0};
        irq.connect(() -> {
            interrupts[0]++;
            unit.write32(OmapLayout.IRQSTATUS, unit.read32(OmapLayout.IRQSTATUS));
            unit.write32(OmapLayout.IRQENABLE, 0);
        });
        assertThat(ipu.read32(IOVA)).isEqualTo(HELD);
        assertThat(unit.blocked()).isTrue();
        assertThat(irq.isRaised()).isFalse();
        unit.write32(OmapLayout.IRQSTATUS, -1);
        assertThat(ipu.read32(IOVA)).isEqualTo(HELD);
        assertThat(interrupts[0]).isOne();
    }

    @Test
    void withBusErrorBackTheMasterGetsAnError() {
        on();
        unit.write32(OmapLayout.GP_REG, 1);
        assertThat(ipu.read32(IOVA)).isEqualTo(new Reply.Refused("translation fault"));
        assertThat(unit.blocked()).isFalse();
    }

    @Test
    void aTableWithoutMemoryIsATableWalkFault() {
        on();
        memory.write32(table.base() + 0x1000, 0x7000_0001);
        ipu.read32(IOVA);
        assertThat(unit.fault()).isEqualTo("table walk fault at 0x40012000");
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("table walk fault"));
    }

    // ---- looking

    @Test
    void aTraceShowsTheWalkAndChangesNothing() {
        on();
        table.mapOne(IOVA, page(3), SMALL_PAGE);
        table.mapOne(0x6010_0000, page(0) & -SECTION, SECTION);
        int steps = machine.steps();
        long digest = machine.fullDigest();
        var trace = unit.trace(IOVA + 0x123, false);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(page(3) + 0x123, SMALL_PAGE, "rw"));
        assertThat(trace.fields()).extracting(f -> f.value()).containsExactly(0x400L, 0x12L, 0x123L);
        assertThat(trace.levels()).extracting(l -> l.index()).containsExactly(0x400, 0x12);
        assertThat(trace.tlb()).isEqualTo("miss");
        var section = unit.trace(0x6010_1234, true);
        assertThat(section.fields()).extracting(f -> f.value()).containsExactly(0x601L, 0x1234L);
        assertThat(unit.trace(0, true).verdict()).isEqualTo(new Verdict.Refused("translation fault"));
        assertThat(machine.steps()).isEqualTo(steps);
        assertThat(machine.fullDigest()).isEqualTo(digest);
        driver.disable();
        assertThat(unit.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Untranslated(IOVA));
    }

    @Test
    void registersSpeak() {
        on();
        driver.pin(0x2000_000f, (int) RAM);
        unit.write32(OmapLayout.LOCK, OmapLayout.lock(1, 0));
        ipu.read32(IOVA);
        assertThat(unit.registers())
                .extracting(r -> r.name() + ": " + r.meaning())
                .contains(
                        "MMU_REVISION: revision 2.1",
                        "MMU_CNTL: enabled, walks tables",
                        "MMU_TTB: table at 0xa4000000",
                        "MMU_LOCK: base 1, victim 0",
                        "MMU_READ_CAM: 16M at 0x20000000, preserved",
                        "MMU_IRQSTATUS: translation fault",
                        "MMU_GP_REG: a fault stalls");
        assertThat(unit.model()).isEqualTo("OMAP IOMMU 2.1");
    }

    @Test
    void withoutPowerEverythingIsLost() {
        driver.enable(table.base());
        assertThat(unit.translating()).isFalse();
        on();
        driver.pin(0x2000_000f, (int) RAM);
        ipu.read32(0);
        unit.powerOff();
        assertThat(unit.tlb()).isEmpty();
        assertThat(unit.blocked()).isFalse();
        assertThat(irq.isRaised()).isFalse();
        unit.powerOn();
        assertThat(unit.read32(OmapLayout.TTB)).isZero();
        assertThat(unit.read32(OmapLayout.REVISION)).isEqualTo(0x21);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void randomRegisterWritesAndTableBytesNeverThrow(int seed) {
        var random = new Random(seed);
        on();
        for (int i = 0; i < 8000; i++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    int offset = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(0x90) & ~3;
                    unit.write32(offset, random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(8));
                    unit.read32(offset);
                }
                case 1 -> memory.write32(RAM + (random.nextInt(1 << 18) & ~3), random.nextInt());
                case 2 -> ipu.read32(random.nextLong());
                case 3 -> {
                    // A DMA write may hit the tables; that is what the test is about.
                    ipu.write32(random.nextInt() & 0xffff_ffffL, 3);
                    unit.write32(OmapLayout.IRQSTATUS, -1);
                }
                case 4 -> on();
                default -> {
                    unit.trace(random.nextLong(), random.nextBoolean());
                    unit.tlb();
                    unit.registers();
                    unit.fault();
                }
            }
        }
    }
}
